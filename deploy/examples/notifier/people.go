package notifier

import (
	"context"
	"errors"
	"fmt"

	"github.com/nats-io/nats.go/jetstream"

	"crm.example/pkg/bus"
	"crm.example/pkg/events"
)

// people are the clients as the last event about each tells them. The stream keeps it for as long as the account is
// there, so nothing has to be copied, kept in line, or erased here.
type people struct{ js jetstream.JetStream }

// find returns a user without an email where the account is deleted.
func (p people) find(ctx context.Context, id string) (events.User, error) {
	stream, err := p.js.Stream(ctx, events.UserStream)
	if err != nil {
		return events.User{}, bus.Later(fmt.Errorf("look up stream of users: %w", err))
	}
	user, sequence, err := last(ctx, stream, "*", id)
	switch {
	case errors.Is(err, events.ErrOtherType): // the contract has grown since this was built
		return newest(ctx, stream, id)
	case err == nil && sequence == 0: // an account that is deleted leaves the event that says so
		return events.User{}, fmt.Errorf("of user %s the stream has no event yet", id)
	default:
		return user, err
	}
}

// newest is the user as the last event of a type that is known tells.
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

// last reads one event; where there is none its place is 0.
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
