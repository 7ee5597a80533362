package ticket

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"crm.example/pkg/events"
	"crm.example/pkg/streams"
	"crm.example/services/ticket/internal/ticket"
)

// RepeatErasures is for after a restore from a backup. It notes, in the store of TICKET_STORE_URL, every account that has an event
// `deleted` in the stream. A running service, or the next one that starts, then erases them again. The next one
// that starts also reads again who has an account. Of the other settings it needs only TICKET_USERS_API. It may be interrupted and
// repeated. It returns how many accounts the stream names.
func RepeatErasures(ctx context.Context, cfg Config, conn *nats.Conn) (accounts int, err error) {
	js, err := jetstream.NewWithAPIPrefix(conn, cfg.UsersAPI)
	if err != nil {
		return 0, fmt.Errorf("TICKET_USERS_API: %w", err)
	}
	err = onStore(ctx, cfg, func(store storage) error {
		ids, err := streams.DeletedUsers(ctx, js)
		if err != nil {
			return err
		}
		accounts = len(ids)
		return ticket.EraseAgain(ctx, store, ids, time.Now)
	})
	return accounts, err
}

// ReadPeopleAgain removes the durable that is past what the store has forgotten. A running service makes it again where it was, and
// reads from the oldest event on. It needs the service's own rights in NATS.
func ReadPeopleAgain(ctx context.Context, cfg Config, conn *nats.Conn) error {
	js, err := jetstream.NewWithAPIPrefix(conn, cfg.UsersAPI)
	if err != nil {
		return fmt.Errorf("TICKET_USERS_API: %w", err)
	}
	return readPeopleAgain(ctx, js)
}

func readPeopleAgain(ctx context.Context, js jetstream.JetStream) error {
	err := js.DeleteConsumer(ctx, events.UserStream, peopleDurable)
	if err != nil && !errors.Is(err, jetstream.ErrConsumerNotFound) && !errors.Is(err, jetstream.ErrStreamNotFound) {
		return fmt.Errorf("have NATS tell of all users again: %w", err)
	}
	return nil
}
