package bus

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"crm.example/pkg/events"
)

const longestReason = 1000 // bytes of an error in the header of a dead letter

// setAside stores the dead letter and then acknowledges the event. Until the dead letter is stored, the event stays in
// the stream and is tried again. A crash in between may store the dead letter twice, but only once within the stream's
// duplicate window. An event that was erased while it was handled is given back, and the stream drops it: its dead letters
// have been erased already.
func (l *loop) setAside(ctx context.Context, msg jetstream.Msg, meta *jetstream.MsgMetadata, about events.Meta, reason error) {
	if l.erased(ctx, meta.Sequence.Stream) {
		l.c.Log.WarnContext(ctx, "An event was erased before it became a dead letter", "durable", l.c.Durable, "event", about.ID, "reason", reason)
		_ = msg.NakWithDelay(backOff(l.c.First, l.c.Longest, int(meta.NumDelivered))) // a replica that lags behind may have said so
		return
	}
	stream, letter := deadLetter(l.c.Durable, msg, meta, reason)
	attributes := []any{"durable", l.c.Durable, "event", about.ID, "subject", msg.Subject(), "delivery", meta.NumDelivered, "reason", reason}
	if _, err := l.js.PublishMsg(context.WithoutCancel(ctx), letter, jetstream.WithExpectStream(stream)); err != nil {
		l.c.Log.ErrorContext(ctx, "A dead letter cannot be stored; its event is tried again", append(attributes, "store", err)...)
		_ = msg.NakWithDelay(backOff(l.c.First, l.c.Longest, int(meta.NumDelivered)))
		return
	}
	l.c.Log.ErrorContext(ctx, "An event became a dead letter", attributes...)
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
