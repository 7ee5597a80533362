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

const (
	page       = 64              // events read from the outbox at once
	mostHeld   = 1000            // documents set aside in one pass; with more the stream itself is at fault
	publishFor = 5 * time.Second // how long one event may take from sending it to its removal
)

var (
	// errAway keeps an event out of the client's reconnect buffer, from which it would go out later and unseen.
	errAway = errors.New("NATS does not answer")
	// errRefused marks what is the fault of one event, not of the connection or the stream.
	errRefused = errors.New("the stream refuses the event")
	errTooMany = fmt.Errorf("the stream refuses events of more than %d documents", mostHeld)
)

// drain works the outbox off. Documents in held wait because the stream refused an event of theirs;
// reading that many events more keeps them from hiding the others.
func (r *Relay) drain(ctx context.Context) error {
	held := map[string]bool{}
	for limit := page; ctx.Err() == nil; {
		msgs, err := r.box.Pending(ctx, limit)
		if err != nil {
			return fmt.Errorf("read outbox: %w", err)
		}
		settled, err := r.deliverAll(ctx, msgs, held)
		if err != nil || len(msgs) < limit {
			return err
		}
		limit = page + len(msgs) - settled
	}
	return ctx.Err()
}

// deliverAll returns how many of the events have left the outbox.
func (r *Relay) deliverAll(ctx context.Context, msgs []events.Message, held map[string]bool) (settled int, err error) {
	for _, m := range msgs {
		if held[m.Document] {
			continue
		}
		switch err := r.deliver(ctx, m); {
		case errors.Is(err, errRefused):
			held[m.Document] = true
			r.report(ctx, m, err)
		case err != nil:
			return settled, err
		default:
			settled++
		}
		if len(held) > mostHeld {
			return settled, errTooMany
		}
	}
	return settled, ctx.Err()
}

// deliver is not interrupted by the end of ctx, so that an orderly stop leaves no event in doubt.
func (r *Relay) deliver(ctx context.Context, m events.Message) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), publishFor)
	defer cancel()
	if err := r.publish(ctx, m); err != nil {
		return err
	}
	if err := r.box.Settle(ctx, m); err != nil {
		return fmt.Errorf("settle event %s: %w", m.ID, err)
	}
	delete(r.refused, m.ID)
	return nil
}

// publish returns once the event is on the stream's disk.
func (r *Relay) publish(ctx context.Context, m events.Message) error {
	if m.ID == r.acked {
		return nil
	}
	if !r.js.Conn().IsConnected() {
		return errAway
	}
	msg := &nats.Msg{Subject: m.Subject, Data: m.Body, Header: nats.Header{jetstream.MsgIDHeader: {m.ID}}}
	if _, err := r.js.PublishMsg(ctx, msg); err != nil {
		return fmt.Errorf("publish event %s: %w", m.ID, classify(err))
	}
	r.acked = m.ID
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
