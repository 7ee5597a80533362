package bus

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"crm.example/pkg/events"
)

// ackAgain is the pause after an acknowledgement that got no answer.
const ackAgain = 100 * time.Millisecond

// acknowledge waits until the server has it. After an outage it is sent again, or the event would stay in flight for
// AckWait and hold back all others. If it cannot be sent the event comes again, and is dropped as seen.
func (l *loop) acknowledge(ctx context.Context, msg jetstream.Msg, meta *jetstream.MsgMetadata) {
	l.at.done = max(l.at.done, meta.Sequence.Stream)
	if l.confirmed(msg) {
		return
	}
	for started := time.Now(); ctx.Err() == nil && time.Since(started) < l.c.AckWait; sleep(ctx, ackAgain) {
		if is, known := l.sameStream(ctx); known && !is || is && l.confirmed(msg) {
			return
		}
	}
}

// confirmed acknowledges only over a live connection. An acknowledgement that waits for a connection may reach a stream that
// was created anew meanwhile, where another event has this place.
func (l *loop) confirmed(msg jetstream.Msg) bool {
	ctx, cancel := context.WithTimeout(context.Background(), l.c.ackWithin)
	defer cancel()
	return l.js.Conn().IsConnected() && msg.DoubleAck(ctx) == nil
}

func (l *loop) sameStream(ctx context.Context) (is, known bool) {
	if !l.js.Conn().IsConnected() {
		return false, false
	}
	ctx, cancel := context.WithTimeout(ctx, l.c.ackWithin)
	defer cancel()
	stream, err := l.js.Stream(ctx, l.kind.Stream)
	return err == nil && stream.CachedInfo().Created.Equal(l.at.stream), err == nil
}

// repeated tells whether the event, or a later one of its document, was handled already.
func (l *loop) repeated(about events.Meta) bool {
	last, known := l.seen.Get(about.Document)
	return known && about.Sequence <= last
}

func (l *loop) remember(about events.Meta) {
	if about.Document != "" {
		l.seen.Add(about.Document, about.Sequence)
	}
}

func (l *loop) lastReason(about events.Meta) error {
	if l.last.event == about.ID {
		return l.last.reason
	}
	return errUnanswered
}

// backOff doubles with each failure, from first to longest. Half of it is random, so that many do not come back at once.
func backOff(first, longest time.Duration, failures int) time.Duration {
	whole := longest
	if doublings := max(failures-1, 0); doublings < 32 && first <= longest>>doublings {
		whole = first << doublings
	}
	return whole/2 + rand.N(whole/2+1)
}
