package ticket

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"crm.example/pkg/events"
)

// RepeatErasures notes in the store of TICKET_STORE_URL every account that the stream of users' events tells was deleted, for a
// store that a backup brought back to before. A running service, or the next one that starts, then erases them as if it had
// just heard of them. Of the other settings it needs TICKET_USERS_API. It may be cut off and repeated.
func RepeatErasures(ctx context.Context, cfg Config, conn *nats.Conn) (accounts int, err error) {
	if err := existing(cfg.StoreURL); err != nil {
		return 0, err
	}
	ids, err := deletedAccounts(ctx, cfg.UsersAPI, conn)
	if err != nil {
		return 0, err
	}
	store, err := openStore(ctx, cfg.StoreURL)
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

// deletedAccounts are read from subjects alone, which takes no consumer: the durable of the service stays where it is.
func deletedAccounts(ctx context.Context, api string, conn *nats.Conn) (ids []string, err error) {
	js, err := jetstream.NewWithAPIPrefix(conn, api)
	if err != nil {
		return nil, fmt.Errorf("TICKET_USERS_API: %w", err)
	}
	deleted := events.UserDeleted{}.Kind()
	stream, err := js.Stream(ctx, deleted.Stream)
	if err != nil {
		return nil, fmt.Errorf("ask NATS for the deleted accounts in %s: %w", deleted.Stream, err)
	}
	info, err := stream.Info(ctx, jetstream.WithSubjectFilter(deleted.Subject))
	if err != nil {
		return nil, fmt.Errorf("ask NATS for the deleted accounts in %s: %w", deleted.Stream, err)
	}
	for _, subject := range slices.Sorted(maps.Keys(info.State.Subjects)) {
		ids = append(ids, subject[strings.LastIndexByte(subject, '.')+1:])
	}
	return ids, nil
}
