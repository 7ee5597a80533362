//go:build chaos

package auth

import (
	"context"

	"crm.example/pkg/crash"
	"crm.example/services/auth/internal/account"
)

// crashing adds crash points before and after a change is stored.
func crashing(s storage) storage { return crashingStore{s} }

type crashingStore struct{ storage }

func (s crashingStore) CreateUser(ctx context.Context, u account.User) error {
	crash.At(crash.BeforeWrite)
	err := s.storage.CreateUser(ctx, u)
	if err == nil {
		crash.At(crash.AfterWrite)
	}
	return err
}

func (s crashingStore) UpdateUser(ctx context.Context, id string, change func(*account.User) error) (account.User, error) {
	crash.At(crash.BeforeWrite)
	u, err := s.storage.UpdateUser(ctx, id, change)
	if err == nil {
		crash.At(crash.AfterWrite)
	}
	return u, err
}
