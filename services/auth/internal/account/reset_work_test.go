package account_test

import (
	"context"
	"errors"
	"reflect"
	"testing"

	"crm.example/pkg/problem"
	"crm.example/services/auth/internal/account"
)

// work is what a request costs: calls of the store in their order, hashes, and HMACs.
type work struct {
	Store        []string
	Hashes, MACs int
}

// worked notes the work; a full disk fails what is to be durable.
type worked struct {
	account.Store
	account.Hasher
	account.PINs
	work
	full bool
}

func (w *worked) call(name string, durable bool) error {
	w.work.Store = append(w.work.Store, name)
	if durable && w.full {
		return problem.NewUnavailable(errors.New("full"))
	}
	return nil
}

func (w *worked) UserByEmail(ctx context.Context, email string) (account.User, error) {
	_ = w.call("UserByEmail", false)
	return w.Store.UserByEmail(ctx, email)
}

func (w *worked) UserByID(ctx context.Context, id string) (account.User, error) {
	_ = w.call("UserByID", false)
	return w.Store.UserByID(ctx, id)
}

func (w *worked) UpdateUser(ctx context.Context, id string, change func(*account.User) error) (account.User, error) {
	if err := w.call("UpdateUser", true); err != nil {
		return account.User{}, err
	}
	return w.Store.UpdateUser(ctx, id, change)
}

func (w *worked) UpdateUserOr(ctx context.Context, id string, change func(*account.User) error, instead account.ResetRequest) (account.User, error) {
	if err := w.call("UpdateUserOr", true); err != nil {
		return account.User{}, err
	}
	return w.Store.UpdateUserOr(ctx, id, change, instead)
}

func (w *worked) AddResetRequest(ctx context.Context, r account.ResetRequest) error {
	if err := w.call("AddResetRequest", true); err != nil {
		return err
	}
	return w.Store.AddResetRequest(ctx, r)
}

func (w *worked) Hash(ctx context.Context, client, password string) (string, error) {
	w.Hashes++
	return w.Hasher.Hash(ctx, client, password)
}

func (w *worked) HMAC(userID, pin string) []byte {
	w.MACs++
	return w.PINs.HMAC(userID, pin)
}

// watch notes the work of a scene from now on.
func watch(s *scene) *worked {
	w := &worked{Store: s.Store, Hasher: s.Hasher, PINs: s.PINs}
	s.Store, s.Hasher, s.PINs = w, w, w
	return w
}

// Who measures the answers to wrong PINs learns nothing: each took the same work, whoever was asked for.
func TestEveryWrongPINIsTheSameWork(t *testing.T) {
	s := newScene(t)
	s.client()
	s.Limits.ResetPerAddress = 1e6
	w := watch(s)
	try := func(name, email, pin string, want work) {
		t.Helper()
		w.work = work{}
		err := s.ResetPassword(t.Context(), address, account.Reset{Email: email, PIN: pin, NewPassword: "another horse"})
		if !problem.Is(err, problem.PINInvalid) || !reflect.DeepEqual(w.work, want) {
			t.Errorf("%s: %+v and %v, want %+v and pin-invalid", name, w.work, err, want)
		}
	}
	whole := work{Store: []string{"UserByEmail", "UpdateUserOr"}, Hashes: 1, MACs: 1}
	try("unknown", "nobody@example.com", "12345678", whole)
	try("no PIN out", "client@example.com", "12345678", whole)
	wrong := other(s.pin())
	for range 5 {
		try("wrong", "client@example.com", wrong, whole)
	}
	try("used up", "client@example.com", wrong, whole)
	s.clock = s.clock.Add(account.PINLifetime)
	try("expired", "client@example.com", wrong, whole)
	garbled := work{Store: []string{"UserByEmail"}, Hashes: 1}
	try("no PIN at all", "client@example.com", "x", garbled)
	try("no PIN at all, unknown", "nobody@example.com", "x", garbled)
	w.full = true
	for _, email := range []string{"client@example.com", "nobody@example.com"} {
		want(t, problem.Unavailable, s.ResetPassword(t.Context(), address, account.Reset{Email: email, PIN: wrong, NewPassword: "another horse"}))
	}
	w.full = false
	if n := len(s.mails); n != 1 {
		t.Errorf("%d mails were sent, want 1", n)
	}
	s.deliver()
	if n := len(s.mails); n != 1 {
		t.Errorf("a wrong PIN had %d mails sent", n-1)
	}
}

// So it is with the first step of the reset, and with logins.
func TestAskingForAPINIsTheSameWork(t *testing.T) {
	s := newScene(t)
	s.client()
	w := watch(s)
	for _, email := range []string{"client@example.com", "nobody@example.com"} {
		w.work = work{}
		must(t, s.RequestReset(t.Context(), address, email))
		if want := (work{Store: []string{"AddResetRequest"}}); !reflect.DeepEqual(w.work, want) {
			t.Errorf("%s: %+v, want %+v", email, w.work, want)
		}
		w.work = work{}
		_, err := s.Login(t.Context(), address, email, "wrong horse")
		want(t, problem.WrongCredentials, err)
		if want := (work{Store: []string{"UserByEmail"}}); !reflect.DeepEqual(w.work, want) {
			t.Errorf("login of %s: %+v, want %+v", email, w.work, want)
		}
	}
}
