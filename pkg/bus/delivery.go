package bus

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"crm.example/pkg/events"
)

const publishFor = 5 * time.Second // how long one event may take from sending it to its removal

var (
	// errAway keeps an event out of the client's reconnect buffer, from which it would go out later and unseen.
	errAway = errors.New("NATS does not answer")
	// errRefused marks what is the fault of one event, not of the connection or the stream.
	errRefused = errors.New("the stream refuses the event")
)

// deliver publishes the events of these documents, as many as fit into a round.
func (r *Relay) deliver(ctx context.Context, documents []string) error {
	msgs, err := r.box.Pending(ctx, documents, batch)
	if err != nil {
		return fmt.Errorf("read outbox: %w", err)
	}
	for _, m := range msgs {
		if r.held[m.Document] {
			continue
		}
		switch err := r.one(ctx, m); {
		case errors.Is(err, errRefused):
			r.held[m.Document] = true
			r.report(ctx, m, err)
		case err != nil:
			return err
		}
	}
	return ctx.Err()
}

// one is not interrupted by the end of ctx, so that an orderly stop leaves no event in doubt.
func (r *Relay) one(ctx context.Context, m events.Message) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), publishFor)
	defer cancel()
	if err := r.publish(ctx, m); err != nil {
		return err
	}
	if err := r.box.Settle(ctx, []events.Message{m}); err != nil {
		return fmt.Errorf("settle event %s: %w", m.ID, err)
	}
	delete(r.refused, m.ID)
	return nil
}

// publish returns once the event is on the stream's disk.
func (r *Relay) publish(ctx context.Context, m events.Message) error {
	if !r.js.Conn().IsConnected() {
		return errAway
	}
	msg := &nats.Msg{Subject: m.Subject, Data: m.Body, Header: nats.Header{jetstream.MsgIDHeader: {m.ID}}}
	if _, err := r.js.PublishMsg(ctx, msg); err != nil {
		return fmt.Errorf("publish event %s: %w", m.ID, classify(err))
	}
	return nil
}

// classify tells an event that can never be taken as it is from a server that takes nothing at the moment.
func classify(err error) error {
	var answer *jetstream.APIError
	switch {
	case errors.Is(err, nats.ErrMaxPayload), errors.Is(err, nats.ErrBadSubject):
	case errors.As(err, &answer) && answer.Code == http.StatusBadRequest:
	default:
		return err
	}
	return fmt.Errorf("%w: %w", errRefused, err)
}

func (r *Relay) report(ctx context.Context, m events.Message, err error) {
	if !r.refused[m.ID] {
		r.refused[m.ID] = true
		r.log.ErrorContext(ctx, "An event holds back its document", "event", m.ID, "subject", m.Subject, "bytes", len(m.Body), "reason", err)
	}
}
