package bus

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"
	"github.com/nats-io/nats.go/jetstream"

	"crm.example/pkg/events"
)

const (
	pullFor    = 10 * time.Second // how long a request for events stays with the server
	pullAtOnce = 16               // the server still delivers one at a time
	drainFor   = 2 * time.Second
	maxSeen    = 10_000 // documents whose last sequence is remembered, about 2 MB
)

// loop is one call of Consume.
type loop struct {
	js   jetstream.JetStream
	c    Consumer
	kind events.Kind
	open func(body []byte) (task, error)

	calls  sync.Mutex                  // one call of the handler at a time, also for dead letters
	seen   *simplelru.LRU[string, int] // document → sequence of its last event that was handled
	stream jetstream.Stream            // the durable's
	at     place                       // where to go on if the durable is gone
	last   failure                     // for the dead letter of an event that is delivered again and again
}

// failure is why an event could not be handled.
type failure struct {
	event  string
	reason error
}

func newLoop(js jetstream.JetStream, c Consumer, kind events.Kind, open func([]byte) (task, error)) *loop {
	seen, _ := simplelru.NewLRU[string, int](maxSeen, nil) // fails on a size below 1 only
	return &loop{js: js, c: c, kind: kind, open: open, seen: seen}
}

// run goes on after every error that may end by itself.
func (l *loop) run(ctx context.Context) error {
	var dead sync.WaitGroup
	defer dead.Wait()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	dead.Go(func() { l.lookForDeadLetters(ctx) })
	for failures := 0; ctx.Err() == nil; {
		started := time.Now()
		err := l.session(ctx)
		if errors.Is(err, errUnusable) {
			return err
		}
		if time.Since(started) > pullFor {
			failures = 0
		}
		failures++
		if failures%30 == 2 && ctx.Err() == nil { // not the first one: when all programs start at once, the stream is made a moment later
			l.c.Log.WarnContext(ctx, "Events are not consumed", "durable", l.c.Durable, "reason", err)
		}
		sleep(ctx, backOff(l.c.First, min(l.c.Longest, 2*time.Second), failures))
	}
	return nil
}

// session pulls until the durable, its stream or the connection fails, or ctx ends.
func (l *loop) session(ctx context.Context) error {
	durable, err := l.ensure(ctx)
	if err != nil {
		return err
	}
	messages, err := durable.Messages(jetstream.PullMaxMessages(pullAtOnce), jetstream.PullExpiry(pullFor), jetstream.PullHeartbeat(l.c.pullBeat))
	if err != nil {
		return err
	}
	defer l.giveBack(messages)
	for ctx.Err() == nil {
		msg, err := messages.Next(jetstream.NextContext(ctx))
		if err != nil {
			return err
		}
		l.receive(ctx, msg)
	}
	return ctx.Err()
}

// giveBack returns events that arrived while the process was ending, so that nobody has to wait for AckWait. It waits until the
// server has no request of this process left. Otherwise the server would deliver the event to this process again and again,
// until it becomes a dead letter.
func (l *loop) giveBack(messages jetstream.MessagesContext) {
	messages.Drain()
	var late []jetstream.Msg
	for l.js.Conn().IsConnected() {
		msg, err := messages.Next(jetstream.NextMaxWait(drainFor))
		if err != nil {
			break
		}
		late = append(late, msg)
	}
	messages.Stop()
	for _, msg := range late {
		_ = msg.Nak()
	}
}

func sleep(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
