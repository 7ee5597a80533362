package auth

import (
	"context"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"crm.example/pkg/streams"
	"crm.example/services/auth/internal/account"
)

// RepeatErasures is for after a restore from a backup. It erases, in the store of AUTH_STORE_URL, every account that has an event
// `deleted` in the stream. A running service, or the next one that starts, ends their sessions and does the
// rest. It may be interrupted and repeated. It returns how many accounts the stream names.
func RepeatErasures(ctx context.Context, cfg Config, conn *nats.Conn) (accounts int, err error) {
	js, err := jetstream.New(conn)
	if err != nil {
		return 0, fmt.Errorf("use JetStream: %w", err)
	}
	err = onStore(ctx, cfg, func(store storage) error {
		ids, err := streams.DeletedUsers(ctx, js)
		if err != nil {
			return err
		}
		accounts = len(ids)
		return account.EraseAgain(ctx, store, ids, time.Now, newID)
	})
	return accounts, err
}
