//go:build chaos

package auth

import (
	"context"

	"crm.example/pkg/crash"
	"crm.example/pkg/events"
	"crm.example/services/auth/internal/account"
)

// doomed has the process end around the store's calls.
func doomed(s storage) storage { return doomedStore{s} }

type doomedStore struct{ storage }

func (s doomedStore) CreateUser(ctx context.Context, u account.User) error {
	crash.At(crash.BeforeWrite)
	err := s.storage.CreateUser(ctx, u)
	if err == nil {
		crash.At(crash.AfterWrite)
	}
	return err
}

func (s doomedStore) UpdateUser(ctx context.Context, id string, change func(*account.User) error) (account.User, error) {
	crash.At(crash.BeforeWrite)
	u, err := s.storage.UpdateUser(ctx, id, change)
	if err == nil {
		crash.At(crash.AfterWrite)
	}
	return u, err
}

func (s doomedStore) Pending(ctx context.Context, documents []string, limit int) ([]events.Message, error) {
	msgs, err := s.storage.Pending(ctx, documents, limit)
	if len(msgs) > 0 {
		crash.At(crash.BeforePublish)
	}
	return msgs, err
}

func (s doomedStore) Settle(ctx context.Context, published []events.Message) error {
	crash.At(crash.BeforeRemoval)
	return s.storage.Settle(ctx, published)
}
