package outbox_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"crm.example/pkg/events"
)

// memoryOutbox is an outbox whose failures a test decides.
type memoryOutbox struct {
	mu       sync.Mutex
	msgs     []events.Message
	made     map[string]int // events of each document
	removals int
	onMark   func(events.Message) error
	onRead   func() // after events were read, before they are handed on
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
	defer func() {
		if b.onRead != nil && len(msgs) > 0 {
			b.onRead()
		}
	}()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, m := range b.msgs {
		if len(msgs) < limit && slices.Contains(documents, m.Document) {
			msgs = append(msgs, m)
		}
	}
	return msgs, nil
}

func (b *memoryOutbox) MarkPublished(_ context.Context, published []events.Message) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.removals++
	for _, m := range published {
		if b.onMark != nil {
			if err := b.onMark(m); err != nil {
				return err
			}
		}
		b.msgs = slices.DeleteFunc(b.msgs, func(o events.Message) bool { return o.ID == m.ID })
	}
	return nil
}

// add writes the document's next event, with a body of at least the given size.
func (b *memoryOutbox) add(document string, size int) events.Message {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.made == nil {
		b.made = map[string]int{}
	}
	b.made[document]++
	m := eventOf(document, b.made[document], size)
	b.msgs = append(b.msgs, m)
	return m
}

func eventOf(document string, sequence, size int) events.Message {
	verb := []string{"closed", "replied"}[sequence%2]
	head := events.Head{ID: fmt.Sprintf("%s-%06d", document, sequence), Verb: verb, Sequence: sequence, At: time.Unix(0, 0)}
	m, err := events.NewTicketMessage(head, "client", document, strings.Repeat("x", size))
	if err != nil {
		panic(err) // text is always JSON
	}
	return m
}

func (b *memoryOutbox) left() []events.Message {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.msgs)
}

var errDisk = errors.New("disk full")
