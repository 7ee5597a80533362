// Package bus is for those who consume the events on NATS JetStream: Connect to the servers, and Consume.
package bus

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"crm.example/pkg/events"
)

// Consumer says how events are consumed. Everything but Durable has a sensible zero value.
type Consumer struct {
	Durable string        // names the consumer for good: under it the server keeps what has been acknowledged; letters, digits, - and _
	New     bool          // a new durable begins with the events from now on, not with the oldest event in the stream
	Limit   int           // deliveries after which an event that fails becomes a dead letter; 8
	First   time.Duration // pause after the first failure, doubled with each further one, half of it at random; 250 ms
	Longest time.Duration // longest pause; 15 s
	Timeout time.Duration // of the handler's context, for one event; 5 min
	Grace   time.Duration // how long the handler may go on after ctx has ended; 10 s
	AckWait time.Duration // silence after which a process is taken for dead and its event goes to another one; 30 s
	Lookout time.Duration // interval of looking for a consumer on the stream of dead letters; 10 s
	Log     *slog.Logger  // nil logs nothing

	beat      time.Duration // interval of telling the server that the event is being handled; a third of AckWait
	ackWithin time.Duration // how long the answer to an acknowledgement may take; 2 s
	pullBeat  time.Duration // the server's sign of life while there are no events; without two of them the durable is looked up again; 2 s
}

var durableName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// Consume hands every event of E's kind to handle, one after the other, in the order of the stream, until ctx ends.
//
//	err := bus.Consume(ctx, js, bus.Consumer{Durable: "notifier"}, func(ctx context.Context, e events.TicketReplied) error {…})
//
// It returns nil when ctx has ended and the current event was handled. It returns an error only if c cannot be used: a bad
// name, or a durable of this name of another kind than Consume makes. It waits while NATS is away, restarted or
// emptied. If the durable is gone, it is made again and begins where the last one stopped, if the stream is the same.
//
// An event is acknowledged after handle has returned nil. It may come again, after a crash or when an acknowledgement
// is lost. What this process has seen is dropped by its document's sequence (of the 10,000 documents last seen), but
// only a handler that remembers the event's ID itself acts exactly once.
//
// After an error or a panic of handle the event is delivered again after a pause. At the Limit it becomes a dead letter.
// An event that breaks the contract becomes one at once. It is acknowledged after the dead letter is stored. An error made
// by Later does not count: the event is tried until it succeeds. An event that was delivered more than 2×Limit times without
// an answer, because each process ended while it handled it, becomes a dead letter too. Events of other types are
// acknowledged and not handled.
//
// Order: the durable has one event in flight, so no event overtakes an earlier one, whichever of the processes that
// share the durable gets it, and through every crash. The price is that an event that fails holds back those of other
// documents too, for half a minute by default; docs/adr/0010 gives the reasons. If one durable is too slow, make several.
//
// While a handler works, the server is told so, three times within AckWait. If that was not possible for AckWait, the
// handler's context is cancelled, since by then another process may have the event.
//
// Dead letters are delivered again when a consumer of the durable's name is made on the stream of dead letters; see
// docs/events.md.
func Consume[E events.Event](ctx context.Context, js jetstream.JetStream, c Consumer, handle func(context.Context, E) error) error {
	if !durableName.MatchString(c.Durable) {
		return fmt.Errorf("the durable %q is not a name of letters, digits, - and _", c.Durable)
	}
	if c.Limit < 0 || min(c.First, c.Longest, c.Timeout, c.Grace, c.AckWait, c.Lookout) < 0 {
		return fmt.Errorf("a limit or time of the consumer %s is negative", c.Durable)
	}
	var kind E
	l := newLoop(js, c.withDefaults(), kind.Kind(), func(body []byte) (task, error) {
		e, err := events.Decode[E](body)
		return task{about: e.About(), do: func(ctx context.Context) error { return handle(ctx, e) }}, err
	})
	return l.run(ctx)
}

// task is an event that is ready to be handled.
type task struct {
	about events.Meta
	do    func(context.Context) error
}

// errLater marks errors that are not the event's fault.
var errLater = errors.New("later")

// Later wraps the error of a handler that cannot work at the moment, whatever the event: its mail server or store is
// away. The event is tried again after the same pauses. It becomes a dead letter only if it was delivered 2×Limit times
// without an answer, because each process ended while it handled it. An event that is erased meanwhile is not tried again.
func Later(err error) error { return fmt.Errorf("%w: %w", errLater, err) }

func (c Consumer) withDefaults() Consumer {
	c.Limit = cmp.Or(c.Limit, 8)
	c.First = cmp.Or(c.First, 250*time.Millisecond)
	c.Longest = cmp.Or(c.Longest, 15*time.Second)
	c.Timeout = cmp.Or(c.Timeout, 5*time.Minute)
	c.Grace = cmp.Or(c.Grace, 10*time.Second)
	c.AckWait = cmp.Or(c.AckWait, 30*time.Second)
	c.beat = cmp.Or(c.beat, max(c.AckWait/3, 1))
	c.ackWithin = cmp.Or(c.ackWithin, 2*time.Second)
	c.pullBeat = cmp.Or(c.pullBeat, 2*time.Second)
	c.Lookout = cmp.Or(c.Lookout, 10*time.Second)
	c.Log = cmp.Or(c.Log, slog.New(slog.DiscardHandler))
	return c
}
