package bus

import (
	"bytes"
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"crm.example/pkg/events"
)

// lookForDeadLetters looks for a consumer with the durable's name on the stream of dead letters. An operator makes it to
// deliver them again, once: when all of them were delivered, the consumer is deleted.
func (l *loop) lookForDeadLetters(ctx context.Context) {
	stream, _ := events.DeadLetterOf(l.c.Durable, l.kind.Subject)
	for ; ctx.Err() == nil; sleep(ctx, l.c.Lookout) {
		letters, err := l.js.Consumer(ctx, stream, l.c.Durable)
		if err != nil || letters.CachedInfo().Config.AckPolicy != jetstream.AckExplicitPolicy {
			continue
		}
		if err := l.redeliverAll(ctx, letters); err != nil && ctx.Err() == nil {
			l.c.Log.WarnContext(ctx, "Dead letters are not delivered again", "durable", l.c.Durable, "reason", err)
		} else if ctx.Err() == nil {
			_ = l.js.DeleteConsumer(ctx, stream, l.c.Durable)
		}
	}
}

// redeliverAll returns when no dead letter is left to deliver, to this process or another.
func (l *loop) redeliverAll(ctx context.Context, letters jetstream.Consumer) error {
	for told := false; ctx.Err() == nil; {
		msg, err := letters.Next(jetstream.FetchMaxWait(min(l.c.Lookout, time.Second)))
		if err == nil {
			if later := l.redeliver(ctx, msg); later != nil && !told && ctx.Err() == nil {
				l.c.Log.WarnContext(ctx, "Dead letters wait for their handler", "durable", l.c.Durable, "reason", later)
				told = true
			}
			continue
		}
		if !errors.Is(err, nats.ErrTimeout) {
			return err
		}
		if info, err := letters.Info(ctx); err != nil || info.NumPending+uint64(info.NumAckPending) == 0 {
			return err
		}
	}
	return ctx.Err()
}

// errNoSuchEvent is for dead letters that match no event in the stream: whoever may store dead letters may store any text, and
// erased events must not come back.
var errNoSuchEvent = errors.New("the stream has no such event, or no longer")

// redeliver gives a dead letter to the handler once. If it fails again, it stays in its stream. If it has to wait, redeliver
// returns the reason.
func (l *loop) redeliver(ctx context.Context, msg jetstream.Msg) (later error) {
	held, release := l.hold(ctx, msg)
	defer release()
	task, err := l.open(msg.Data())
	if err == nil {
		err = l.verify(ctx, msg)
	}
	if err == nil {
		err = l.call(ctx, held, task)
	}
	switch {
	case errors.Is(err, errLater), errors.Is(err, errLost), err != nil && ctx.Err() != nil:
		_ = msg.NakWithDelay(l.c.Longest)
		return err
	case errors.Is(err, errNoSuchEvent):
		l.c.Log.WarnContext(ctx, "A dead letter was skipped", "durable", l.c.Durable, "event", task.about.ID, "reason", err)
	case err != nil && !errors.Is(err, events.ErrOtherType):
		l.c.Log.ErrorContext(ctx, "A dead letter failed again", "durable", l.c.Durable, "event", task.about.ID, "reason", err)
	default:
		l.c.Log.InfoContext(ctx, "A dead letter was handled", "durable", l.c.Durable, "event", task.about.ID)
	}
	_ = msg.DoubleAck(context.WithoutCancel(ctx))
	return nil
}

// verify compares the dead letter with the event in the stream that it names.
func (l *loop) verify(ctx context.Context, letter jetstream.Msg) error {
	sequence, err := strconv.ParseUint(letter.Headers().Get(events.DeadSequence), 10, 64)
	if err != nil {
		return errNoSuchEvent
	}
	stream, err := l.js.Stream(ctx, l.kind.Stream)
	if err != nil {
		return Later(err)
	}
	event, err := stream.GetMsg(ctx, sequence)
	if errors.Is(err, jetstream.ErrMsgNotFound) { // a replica that lags behind may say so
		sleep(ctx, l.c.Longest)
		event, err = stream.GetMsg(ctx, sequence)
	}
	switch {
	case errors.Is(err, jetstream.ErrMsgNotFound):
		return errNoSuchEvent
	case err != nil:
		return Later(err)
	case !bytes.Equal(event.Data, letter.Data()):
		return errNoSuchEvent
	}
	return nil
}
