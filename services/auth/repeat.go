package auth

import (
	"context"
	"errors"
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
	if err := cfg.store().CheckExists(); err != nil {
		return 0, err
	}
	js, err := jetstream.New(conn)
	if err != nil {
		return 0, fmt.Errorf("use JetStream: %w", err)
	}
	ids, err := streams.DeletedUsers(ctx, js)
	if err != nil {
		return 0, err
	}
	store, err := openStore(ctx, cfg.store(), nil)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	return len(ids), account.EraseAgain(ctx, store, ids, time.Now, newID)
}
