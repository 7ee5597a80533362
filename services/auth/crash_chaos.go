//go:build chaos

package auth

import (
	"context"

	"crm.example/pkg/crash"
	"crm.example/services/auth/internal/account"
)

// doomed has the process end before a change is stored, and after it.
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
