//go:build chaos

package events_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"crm.example/pkg/bus"
	"crm.example/pkg/events"
)

// consumer is one as the documents describe it, which notes what it is handed.
type consumer struct {
	mu    sync.Mutex
	lives map[string][]int // the sequences, by ticket
}

// ackWait is how long an event waits whose acknowledgement a server took with it: so long do those after it, too.
const ackWait = 5 * time.Second

func consume[E events.Event](t *testing.T, url string, handle func(*consumer, context.Context, E) error) *consumer {
	t.Helper()
	c := &consumer{lives: map[string][]int{}}
	js := jetStream(t, url)
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() {
		ended <- bus.Consume(ctx, js, bus.Consumer{Durable: "ledger", AckWait: ackWait}, func(ctx context.Context, e E) error { return handle(c, ctx, e) })
	}()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return c
}

func (c *consumer) tickets(_ context.Context, e events.TicketEvent) error { return c.note(e.Meta) }

func (c *consumer) users(_ context.Context, e events.UserEvent) error { return c.note(e.Meta) }

func (c *consumer) note(e events.Meta) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.lives[e.Document] = append(c.lives[e.Document], e.Sequence)
	return nil
}

// compare counts what it was handed more than once, and what of the stream it was not handed, or not in the stream's order.
func (c *consumer) compare(stream []heard) (twice, unheard int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	at := map[string]int{}
	for _, h := range stream {
		life := c.lives[h.ticket]
		if at[h.ticket] >= len(life) || life[at[h.ticket]] != h.sequence {
			unheard++
		}
		at[h.ticket]++
	}
	for ticket := range at {
		seen := map[int]bool{}
		for _, sequence := range c.lives[ticket] {
			if seen[sequence] {
				twice++
			}
			seen[sequence] = true
		}
	}
	return twice, unheard
}
