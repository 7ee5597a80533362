package account_test

import (
	"context"
	"errors"
	"testing"

	"crm.example/pkg/problem"
	"crm.example/services/auth/internal/account"
)

// writes counts what is written durably, which takes a disk's time; a full disk fails it.
type writes struct {
	account.Store
	made int
	full bool
}

func (w *writes) count(err error) error {
	if err == nil {
		w.made++
	}
	return err
}

func (w *writes) UpdateUser(ctx context.Context, id string, change func(*account.User) error) (account.User, error) {
	if w.full {
		return account.User{}, problem.NewUnavailable(errors.New("full"))
	}
	u, err := w.Store.UpdateUser(ctx, id, change)
	return u, w.count(err)
}

func (w *writes) AddResetRequest(ctx context.Context, r account.ResetRequest) error {
	if w.full {
		return problem.NewUnavailable(errors.New("full"))
	}
	return w.count(w.Store.AddResetRequest(ctx, r))
}

// Who measures the answers to wrong PINs learns nothing: each took one durable write, whoever was asked for.
func TestEveryWrongPINIsOneWrite(t *testing.T) {
	s := newScene(t)
	s.client()
	counted := &writes{Store: s.store}
	s.Store = counted
	try := func(name, email, pin string, want int) {
		t.Helper()
		counted.made = 0
		err := s.ResetPassword(t.Context(), address, account.Reset{Email: email, PIN: pin, NewPassword: "another horse"})
		if !problem.Is(err, problem.PINInvalid) || counted.made != want {
			t.Errorf("%s: %d writes and %v, want %d and pin-invalid", name, counted.made, err, want)
		}
	}
	try("unknown", "nobody@example.com", "12345678", 1)
	try("no PIN out", "client@example.com", "12345678", 1)
	wrong := other(s.pin())
	for range 5 {
		try("wrong", "client@example.com", wrong, 1)
	}
	try("used up", "client@example.com", wrong, 1)
	try("no PIN at all", "client@example.com", "x", 0)
	try("no PIN at all, unknown", "nobody@example.com", "x", 0)
	counted.full = true
	for _, email := range []string{"client@example.com", "nobody@example.com"} {
		want(t, problem.Unavailable, s.ResetPassword(t.Context(), address, account.Reset{Email: email, PIN: wrong, NewPassword: "another horse"}))
	}
	counted.full = false
	if n := len(s.mails); n != 1 {
		t.Errorf("%d mails were sent, want 1", n)
	}
	s.deliver()
	if n := len(s.mails); n != 1 {
		t.Errorf("a wrong PIN had %d mails sent", n-1)
	}
}
