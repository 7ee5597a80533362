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
	last, err := stream.GetLastMsgForSubject(ctx, "crm.user.*."+id)
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return events.User{ID: id}, nil
	}
	if err != nil {
		return events.User{}, bus.Later(fmt.Errorf("look up user: %w", err))
	}
	e, err := events.Decode[events.UserEvent](last.Data)
	if err != nil {
		return events.User{}, fmt.Errorf("read the last event of user %s: %w", id, err)
	}
	return e.User, nil
}
