package ticket

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"crm.example/pkg/streams"
)

// RepeatErasures notes in the store of TICKET_STORE_URL every account that the stream of users' events tells was deleted, for a
// store that a backup brought back to before. A running service, or the next one that starts, then erases them as if it had
// just heard of them. Of the other settings it needs TICKET_USERS_API. It may be cut off and repeated.
func RepeatErasures(ctx context.Context, cfg Config, conn *nats.Conn) (accounts int, err error) {
	if err := cfg.store().CheckExists(); err != nil {
		return 0, err
	}
	js, err := jetstream.NewWithAPIPrefix(conn, cfg.UsersAPI)
	if err != nil {
		return 0, fmt.Errorf("TICKET_USERS_API: %w", err)
	}
	ids, err := streams.DeletedUsers(ctx, js)
	if err != nil {
		return 0, err
	}
	store, err := openStore(ctx, cfg.store())
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	for _, id := range ids {
		if err := store.Erase(ctx, id, time.Now().UTC().Truncate(time.Millisecond)); err != nil {
			return accounts, err
		}
		accounts++
	}
	return accounts, nil
}
