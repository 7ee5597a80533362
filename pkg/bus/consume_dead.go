package bus

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"crm.example/pkg/events"
)

const longestReason = 1000 // bytes of an error in the header of a dead letter

// bury stores the dead letter and then acknowledges the event. Until the letter is stored the event stays where it is
// and is tried again; a crash in between stores it at most twice, and once within the stream's duplicate window. An event that
// was erased while it was in hand is given back, for the stream to drop it: its letters have been forgotten already.
func (l *loop) bury(ctx context.Context, msg jetstream.Msg, meta *jetstream.MsgMetadata, about events.Meta, reason error) {
	if l.erased(ctx, meta.Sequence.Stream) {
		l.c.Log.WarnContext(ctx, "An event was erased before it could be a dead letter", "durable", l.c.Durable, "event", about.ID, "reason", reason)
		_ = msg.Nak()
		return
	}
	stream, letter := deadLetter(l.c.Durable, msg, meta, reason)
	attributes := []any{"durable", l.c.Durable, "event", about.ID, "subject", msg.Subject(), "delivery", meta.NumDelivered, "reason", reason}
	if _, err := l.js.PublishMsg(context.WithoutCancel(ctx), letter, jetstream.WithExpectStream(stream)); err != nil {
		l.c.Log.ErrorContext(ctx, "An event should be a dead letter, which cannot be stored", append(attributes, "store", err)...)
		_ = msg.NakWithDelay(backOff(l.c.First, l.c.Longest, int(meta.NumDelivered)))
		return
	}
	l.c.Log.ErrorContext(ctx, "An event is a dead letter now", attributes...)
	l.remember(about)
	l.acknowledge(ctx, msg, meta)
}

func deadLetter(durable string, msg jetstream.Msg, meta *jetstream.MsgMetadata, reason error) (stream string, letter *nats.Msg) {
	stream, subject := events.DeadLetterOf(durable, msg.Subject())
	id := fmt.Sprintf("%s/%s/%d/%d", durable, meta.Stream, meta.Sequence.Stream, meta.Timestamp.UnixNano())
	return stream, &nats.Msg{Subject: subject, Data: msg.Data(), Header: nats.Header{
		jetstream.MsgIDHeader: {id},
		events.DeadError:      {oneLine(reason.Error())},
		events.DeadDeliveries: {strconv.FormatUint(meta.NumDelivered, 10)},
		events.DeadConsumer:   {durable},
		events.DeadSubject:    {msg.Subject()},
		events.DeadStream:     {meta.Stream},
		events.DeadSequence:   {strconv.FormatUint(meta.Sequence.Stream, 10)},
		events.DeadTime:       {events.Time(time.Now())},
	}}
}

// oneLine makes a text fit for a header.
func oneLine(text string) string {
	text = strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r < ' ' }), " ")
	return strings.ToValidUTF8(text[:min(len(text), longestReason)], "")
}

// redeliver looks for a consumer of the durable's name on the stream of dead letters, which an operator makes to have
// them delivered again. It works that consumer off and deletes it: it is an order that is carried out once.
func (l *loop) redeliver(ctx context.Context) {
	stream, _ := events.DeadLetterOf(l.c.Durable, l.kind.Subject)
	for ; ctx.Err() == nil; sleep(ctx, lookForDead) {
		order, err := l.js.Consumer(ctx, stream, l.c.Durable)
		if err != nil || order.CachedInfo().Config.AckPolicy != jetstream.AckExplicitPolicy {
			continue
		}
		if err := l.carryOut(ctx, order); err != nil && ctx.Err() == nil {
			l.c.Log.WarnContext(ctx, "Dead letters are not delivered again", "durable", l.c.Durable, "reason", err)
		} else if ctx.Err() == nil {
			_ = l.js.DeleteConsumer(ctx, stream, l.c.Durable)
		}
	}
}

// carryOut returns once the order has nothing left, for this process or another.
func (l *loop) carryOut(ctx context.Context, order jetstream.Consumer) error {
	for ctx.Err() == nil {
		msg, err := order.Next(jetstream.FetchMaxWait(time.Second))
		if err == nil {
			l.revive(ctx, msg)
			continue
		}
		if !errors.Is(err, nats.ErrTimeout) {
			return err
		}
		if info, err := order.Info(ctx); err != nil || info.NumPending+uint64(info.NumAckPending) == 0 {
			return err
		}
	}
	return ctx.Err()
}

// errNoSuchEvent is of letters that nothing vouches for: whoever may store letters may store any, and what was erased must not
// come back.
var errNoSuchEvent = errors.New("the stream has no such event, or no longer")

// revive hands a dead letter to the handler once. One that fails again stays what it is: the stream keeps it.
func (l *loop) revive(ctx context.Context, msg jetstream.Msg) {
	task, err := l.open(msg.Data())
	if err == nil {
		err = l.vouch(ctx, msg)
	}
	if err == nil {
		err = l.call(ctx, msg, task)
	}
	switch {
	case errors.Is(err, errLater), err != nil && ctx.Err() != nil:
		_ = msg.NakWithDelay(l.c.Longest)
		return
	case errors.Is(err, errNoSuchEvent):
		l.c.Log.WarnContext(ctx, "A dead letter is passed over", "durable", l.c.Durable, "event", task.about.ID, "reason", err)
	case err != nil && !errors.Is(err, events.ErrOtherType):
		l.c.Log.ErrorContext(ctx, "A dead letter failed again", "durable", l.c.Durable, "event", task.about.ID, "reason", err)
	default:
		l.c.Log.InfoContext(ctx, "A dead letter was handled", "durable", l.c.Durable, "event", task.about.ID)
	}
	_ = msg.DoubleAck(context.WithoutCancel(ctx))
}

// vouch looks whether the stream of events has what the letter says it is of.
func (l *loop) vouch(ctx context.Context, letter jetstream.Msg) error {
	sequence, err := strconv.ParseUint(letter.Headers().Get(events.DeadSequence), 10, 64)
	if err != nil {
		return errNoSuchEvent
	}
	stream, err := l.js.Stream(ctx, l.kind.Stream)
	if err != nil {
		return Later(err)
	}
	event, err := stream.GetMsg(ctx, sequence)
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
