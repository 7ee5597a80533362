package bus_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"crm.example/pkg/events"
)

// memoryOutbox is an outbox whose failures a test decides.
type memoryOutbox struct {
	mu       sync.Mutex
	msgs     []events.Message
	made     int
	onSettle func(events.Message) error
}

func (b *memoryOutbox) Waiting(_ context.Context, _ time.Time, limit int) (documents []string, _ error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, m := range b.msgs {
		if len(documents) < limit && !slices.Contains(documents, m.Document) {
			documents = append(documents, m.Document)
		}
	}
	return documents, nil
}

func (b *memoryOutbox) Pending(_ context.Context, documents []string, limit int) (msgs []events.Message, _ error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, m := range b.msgs {
		if len(msgs) < limit && slices.Contains(documents, m.Document) {
			msgs = append(msgs, m)
		}
	}
	return msgs, nil
}

func (b *memoryOutbox) Settle(_ context.Context, published []events.Message) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, m := range published {
		if b.onSettle != nil {
			if err := b.onSettle(m); err != nil {
				return err
			}
		}
		b.msgs = slices.DeleteFunc(b.msgs, func(o events.Message) bool { return o.ID == m.ID })
	}
	return nil
}

// add writes one event of the document with a body of the given size.
func (b *memoryOutbox) add(document string, size int) events.Message {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.made++
	m := events.Message{
		ID: fmt.Sprintf("%06d", b.made), Document: document, Subject: "crm.ticket.replied.client." + document, Body: make([]byte, size),
	}
	b.msgs = append(b.msgs, m)
	return m
}

func (b *memoryOutbox) left() []events.Message {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.msgs)
}

var errDisk = errors.New("disk full")

func eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(2 * time.Millisecond) {
		if done() {
			return
		}
	}
	t.Fatalf("%s: not within 20 s", what)
}
