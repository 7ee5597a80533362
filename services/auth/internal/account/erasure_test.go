package account_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"crm.example/pkg/events"
	"crm.example/pkg/problem"
	"crm.example/services/auth/internal/account"
)

// secondLook is when a deleted account is looked at for the second and last time.
const secondLook = 20 * time.Minute

// erase deletes the client's account and does all that follows within seconds.
func (s *scene) erase(u account.User) {
	s.t.Helper()
	s.Announced = &forgetful{}
	must(s.t, s.delete(u, "right horse"))
	for _, m := range got[[]events.Message](s.t)(s.store.Pending(s.t.Context(), []string{u.ID}, 10)) {
		must(s.t, s.store.MarkPublished(s.t.Context(), []events.Message{m}))
	}
	must(s.t, s.SweepRevocations(s.t.Context()))
	must(s.t, s.FinishErasures(s.t.Context()))
}

// lookAgain is the second look.
func (s *scene) lookAgain() {
	s.t.Helper()
	s.clock = s.clock.Add(secondLook)
	must(s.t, s.FinishErasures(s.t.Context()))
}

// A login that is overtaken by the whole erasure leaves no session.
func TestLoginOvertakenByAnErasure(t *testing.T) {
	s := newScene(t)
	u := s.client()
	var drawn []string
	s.NewID = func() string { id := s.newID(); drawn = append(drawn, id); return id }
	s.Hasher = &overtakenHasher{Hasher: s.Hasher, then: func() { s.erase(u); drawn = nil }}
	_, err := s.login("right horse")
	want(t, problem.WrongCredentials, err)
	if len(drawn) == 0 {
		t.Fatal("the login drew no id: the test proves nothing")
	}
	_, err = s.store.SessionByID(t.Context(), drawn[0])
	want(t, problem.NotFound, err)
}

// What a process left that ended in the middle of a login goes with the second look, and not before it the tombstone.
func TestSessionLeftAfterAnErasure(t *testing.T) {
	s := newScene(t)
	u := s.client()
	s.erase(u)
	must(t, s.store.CreateSession(t.Context(), account.Session{ID: "late", UserID: u.ID, ExpiresAt: s.clock.Add(account.SessionLifetime)}))
	s.clock = s.clock.Add(-time.Millisecond)
	s.lookAgain()
	got[account.Session](t)(s.store.SessionByID(t.Context(), "late"))
	s.clock = s.clock.Add(time.Millisecond - secondLook)
	s.lookAgain()
	_, err := s.store.SessionByID(t.Context(), "late")
	want(t, problem.NotFound, err)
	if left := got[[]account.Tombstone](t)(s.store.ErasedUsers(t.Context(), s.clock.Add(time.Hour), 10)); len(left) != 0 {
		t.Errorf("left are the tombstones %v", left)
	}
}

// A wish for a PIN that waited for the mail server outlives the account. No byte of its email is in the store's files after
// the second look.
func TestRequestThatOutlivesItsAccount(t *testing.T) {
	s := newScene(t)
	u := s.client()
	s.mailErr = problem.NewUnavailable(errors.New("down"))
	must(t, s.RequestReset(t.Context(), address, u.Email))
	if _, err := s.MailNextPIN(t.Context()); err == nil {
		t.Fatal("the mail was sent")
	}
	s.erase(u)
	s.clock = s.clock.Add(2 * time.Minute)
	s.deliver()
	if s.bytesOf(u.Email) == 0 {
		t.Fatal("the request left no byte of the email: the test proves nothing")
	}
	s.lookAgain()
	if n := s.bytesOf(u.Email); n != 0 {
		t.Errorf("the email is %d times in the store's files", n)
	}
	if again := s.client(); again.ID == u.ID {
		t.Error("who signs up again is the deleted user")
	}
}

// bytesOf counts a text in the files of the store: the database, its log and its index.
func (s *scene) bytesOf(text string) (n int) {
	s.t.Helper()
	var path string
	row := s.store.Read().QueryRowContext(s.t.Context(), "SELECT file FROM pragma_database_list WHERE name = 'main'")
	must(s.t, row.Scan(&path))
	files := got[[]string](s.t)(filepath.Glob(path + "*"))
	if len(files) < 2 {
		s.t.Fatalf("the files are %v", files)
	}
	for _, file := range files {
		n += bytes.Count(got[[]byte](s.t)(os.ReadFile(file)), []byte(text))
	}
	return n
}
