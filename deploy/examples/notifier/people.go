package notifier

import (
	"context"
	"errors"
	"fmt"

	"github.com/nats-io/nats.go/jetstream"

	"crm.example/pkg/bus"
	"crm.example/pkg/events"
)

// people finds clients by the last event about each of them. The stream keeps this event as long as the account
// exists, so nothing has to be copied, updated, or erased here.
type people struct{ js jetstream.JetStream }

// find returns a user without an email if the account is deleted.
func (p people) find(ctx context.Context, id string) (events.User, error) {
	stream, err := p.js.Stream(ctx, events.UserStream)
	if err != nil {
		return events.User{}, bus.Later(fmt.Errorf("look up stream of users: %w", err))
	}
	user, sequence, err := last(ctx, stream, "*", id)
	switch {
	case errors.Is(err, events.ErrOtherType): // a newer version of the contract
		return newest(ctx, stream, id)
	case err == nil && sequence == 0: // even a deleted account has an event
		return events.User{}, fmt.Errorf("of user %s the stream has no event yet", id)
	default:
		return user, err
	}
}

// newest returns the user of the last event with a known type.
func newest(ctx context.Context, stream jetstream.Stream, id string) (user events.User, err error) {
	user.ID = id
	var sequence uint64
	for _, verb := range events.UserVerbs {
		u, at, err := last(ctx, stream, verb, id)
		switch {
		case errors.Is(err, events.ErrOtherType):
		case err != nil:
			return events.User{}, err
		case at > sequence:
			user, sequence = u, at
		}
	}
	if sequence == 0 {
		return events.User{}, fmt.Errorf("of user %s the stream has events of unknown types only", id)
	}
	return user, nil
}

// last reads one event; if there is none, its place is 0.
func last(ctx context.Context, stream jetstream.Stream, verb, id string) (user events.User, sequence uint64, err error) {
	msg, err := stream.GetLastMsgForSubject(ctx, "crm.user."+verb+"."+id)
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return events.User{ID: id}, 0, nil
	}
	if err != nil {
		return events.User{}, 0, bus.Later(fmt.Errorf("look up user: %w", err))
	}
	e, err := events.Decode[events.UserEvent](msg.Data)
	if err != nil {
		return events.User{}, 0, fmt.Errorf("read the last event of user %s: %w", id, err)
	}
	return e.User, msg.Sequence, nil
}
