package account_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"crm.example/pkg/events"
	"crm.example/pkg/problem"
	"crm.example/services/auth/internal/account"
)

func (s *scene) delete(u account.User, password string) error {
	return s.DeleteAccount(s.t.Context(), address, u.ID, password)
}

// forgetful counts how often the streams were told to forget a user.
type forgetful struct {
	users []string
	err   error
}

func (f *forgetful) Forget(_ context.Context, userID string) error {
	f.users = append(f.users, userID)
	return f.err
}

func TestDeleteAccount(t *testing.T) {
	s := newScene(t)
	u := s.client()
	tokens, pin := s.session(), s.pin()
	must(t, s.delete(u, "right horse"))
	_, login := s.login("right horse")
	want(t, problem.WrongCredentials, login)
	want(t, problem.PINInvalid, s.reset(pin, "another horse"))
	want(t, problem.NotFound, s.delete(u, "right horse"))
	if s.counts(tokens) {
		t.Error("its access JWT counts")
	}
	if _, err := s.refreshWith(tokens); !problem.Is(err, problem.RefreshInvalid) {
		t.Errorf("its refresh JWT: %v", err)
	}
	if got := s.verbs(); !slices.Equal(got[1:], []string{"crm.user.deleted." + u.ID}) {
		t.Errorf("announced %v", got)
	}
	if len(s.mails) != 0 {
		t.Errorf("mails are left: %+v", s.mails)
	}
	if again := s.client(); again.ID == u.ID {
		t.Error("who signs up again is the deleted user")
	}
}

// A wrong password is a field that is wrong, and one of the failures that login counts.
func TestDeleteWithWrongPassword(t *testing.T) {
	s := newScene(t)
	u := s.client()
	tokens := s.session()
	for range 5 {
		if err := s.delete(u, "wrong horse"); !slices.Equal(codes(err), []string{"/password invalid"}) {
			t.Errorf("a wrong password: %v", err)
		}
		_, err := s.login("wrong horse")
		want(t, problem.WrongCredentials, err)
	}
	want(t, problem.RateLimited, s.delete(u, "right horse"))
	if !s.counts(tokens) {
		t.Error("what was refused ended the session")
	}
}

// Without the registry nothing is deleted; once it is, the sweep takes out what a crash left there.
func TestDeleteWhileTheRegistryIsDown(t *testing.T) {
	s := newScene(t)
	u := s.client()
	tokens := s.session()
	up := s.Registry
	s.Registry = &downRegistry{Registry: up}
	want(t, problem.Unavailable, s.delete(u, "right horse"))
	if !s.counts(tokens) {
		t.Error("the session ended, and the account is still there")
	}
	s.Registry = &downRegistry{Registry: up, after: 1}
	want(t, problem.Unavailable, s.delete(u, "right horse"))
	late := s.signer.access[tokens.AccessJWT]
	late.ID = "late"
	s.Registry = up
	must(t, s.Registry.Register(t.Context(), late)) // by a refresh that overtook
	must(t, s.SweepRevocations(t.Context()))
	if got[bool](t)(s.mem.Accept(t.Context(), u.ID, "late")) {
		t.Error("the sweep left an access JWT of a deleted user")
	}
}

// A tombstone stays until its mark is settled, its event published and the streams have forgotten the user.
func TestFinishErasures(t *testing.T) {
	s := newScene(t)
	u := s.client()
	s.session()
	streams := &forgetful{}
	s.Announced = streams
	s.Registry = &downRegistry{Registry: s.Registry, after: 2}
	must(t, s.delete(u, "right horse"))
	finish := func(asked int, marked bool) {
		t.Helper()
		err := s.FinishErasures(t.Context())
		if !errors.Is(err, streams.err) || len(streams.users) != asked {
			t.Errorf("asked the streams about %v, %v; want %d", streams.users, err, asked)
		}
		if left := got[[]account.User](t)(s.store.UsersPendingRevocation(t.Context(), 10)); len(left) > 0 != marked {
			t.Errorf("marked are %+v", left)
		}
	}
	finish(0, true)
	for _, m := range got[[]events.Message](t)(s.store.Pending(t.Context(), []string{u.ID}, 10)) {
		must(t, s.store.MarkPublished(t.Context(), []events.Message{m}))
	}
	finish(0, true)
	s.Registry = tokens{s.mem}
	must(t, s.SweepRevocations(t.Context()))
	streams.err = problem.NewUnavailable(errors.New("down"))
	finish(1, false)
	streams.err = nil
	finish(2, false)
	finish(2, false)
}

// A mail that is sent while the account is deleted does not stay.
func TestMailInFlightOfADeletedAccount(t *testing.T) {
	s := newScene(t)
	u := s.client()
	must(t, s.RequestReset(t.Context(), address, "client@example.com"))
	s.Mailer = &postman{scene: s, before: func() { must(t, s.delete(u, "right horse")) }}
	s.deliver()
	if len(s.mails) != 0 {
		t.Errorf("a mail was left: %+v", s.mails)
	}
}

// postman has something happen before a mail is written.
type postman struct {
	*scene
	before func()
}

func (p *postman) Send(ctx context.Context, m account.Mail) error {
	p.before()
	return p.scene.Send(ctx, m)
}

// The password is changed between its comparison and the deletion: the old one deletes nothing.
func TestDeleteWithAPasswordThatHasJustChanged(t *testing.T) {
	s := newScene(t)
	u := s.client()
	pin := s.pin()
	s.Hasher = &overtakenHasher{Hasher: s.Hasher, then: func() { must(t, s.reset(pin, "another horse")) }}
	want(t, problem.InvalidInput, s.delete(u, "right horse"))
	got[account.Tokens](t)(s.login("another horse"))
}

// overtakenHasher has something happen after its first comparison.
type overtakenHasher struct {
	account.Hasher
	then func()
}

func (h *overtakenHasher) Compare(ctx context.Context, client, hash, password string) (bool, bool, error) {
	ok, stale, err := h.Hasher.Compare(ctx, client, hash, password)
	if then := h.then; then != nil {
		h.then = nil
		then()
	}
	return ok, stale, err
}
