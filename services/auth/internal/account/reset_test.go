package account_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"crm.example/pkg/problem"
	"crm.example/services/auth/internal/account"
)

func TestReset(t *testing.T) {
	s := newScene(t)
	u := s.client()
	tokens, pin := s.session(), s.pin()
	must(t, s.reset(pin, "another horse"))
	_, old := s.login("right horse")
	want(t, problem.WrongCredentials, old)
	got[account.Tokens](t)(s.login("another horse"))
	s.isDead(t, []account.Tokens{tokens}, problem.New(problem.SessionEnded, ""))
	want(t, problem.PINInvalid, s.reset(pin, "third horse"))
	if got := s.verbs(); !slices.Equal(got[1:], []string{"crm.user.password-reset." + u.ID}) {
		t.Errorf("announced %v", got)
	}
}

func TestWrongResetsAreAllAlike(t *testing.T) {
	s := newScene(t)
	s.client()
	none := s.reset("12345678", "another horse")
	pin := s.pin()
	wrong := s.reset(other(pin), "another horse")
	garbled := s.reset(pin+"0", "another horse")
	unknown := s.ResetPassword(t.Context(), address, account.Reset{Email: "nobody@example.com", PIN: pin, NewPassword: "another horse"})
	s.clock = s.clock.Add(account.PINLifetime)
	expired := s.reset(pin, "another horse")
	for name, err := range map[string]error{"none out": none, "wrong": wrong, "garbled": garbled, "unknown user": unknown, "expired": expired} {
		want(t, problem.PINInvalid, err)
		if problem.From(err).Detail != problem.From(none).Detail {
			t.Errorf("%s: %v", name, err)
		}
	}
	err := s.ResetPassword(t.Context(), address, account.Reset{Email: "client", PIN: pin, NewPassword: "short"})
	if got := fmt.Sprint(codes(err)); got != "[/email invalid /newPassword too-short]" {
		t.Errorf("a short password: %s", got)
	}
}

// other is another PIN.
func other(pin string) string {
	if pin[0] == '0' {
		return "1" + pin[1:]
	}
	return "0" + pin[1:]
}

func TestPINBearsFiveTries(t *testing.T) {
	s := newScene(t)
	s.client()
	for tries, ok := range map[int]bool{4: true, 5: false} {
		pin := s.pin()
		for range tries {
			want(t, problem.PINInvalid, s.reset(other(pin), "another horse"))
		}
		if err := s.reset(pin, "another horse"); (err == nil) != ok {
			t.Errorf("after %d wrong tries the right PIN gave %v", tries, err)
		}
	}
}

// What can be no PIN costs no try.
func TestGarbledPINIsNoTry(t *testing.T) {
	s := newScene(t)
	s.client()
	pin := s.pin()
	for _, garbled := range []string{"", "1234567", pin + "0", " " + pin, "1234567x", "１２３４５６７８"} {
		want(t, problem.PINInvalid, s.reset(garbled, "another horse"))
	}
	must(t, s.reset(pin, "another horse"))
}

func TestPINChangesThePasswordOnce(t *testing.T) {
	s := newScene(t)
	s.client()
	pin := s.pin()
	var changed atomic.Int32
	var group sync.WaitGroup
	for i := range 50 {
		group.Go(func() {
			err := s.reset(pin, fmt.Sprint("another horse ", i))
			if err == nil {
				changed.Add(1)
			} else if !problem.Is(err, problem.PINInvalid) {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if n := changed.Load(); n != 1 {
		t.Errorf("the PIN changed the password %d times", n)
	}
}

// An account bears 100 failures over all its PINs. Then even the right one fails, until the next of a day's hundred is back.
func TestAccountBearsAHundredFailures(t *testing.T) {
	s := newScene(t)
	s.client()
	s.Limits.ResetPerAddress, s.Limits.MailsPerHour = 1e6, 1e6
	for range 20 {
		pin := s.pin()
		for range 5 {
			want(t, problem.PINInvalid, s.reset(other(pin), "another horse"))
		}
	}
	pin := s.pin()
	want(t, problem.PINInvalid, s.reset(pin, "another horse"))
	s.clock = s.clock.Add(14 * time.Minute)
	pin = s.pin()
	want(t, problem.PINInvalid, s.reset(pin, "another horse"))
	s.clock = s.clock.Add(24 * time.Second)
	must(t, s.reset(pin, "another horse"))
}

// A registry that is down costs the user no try, and keeps the PIN.
func TestResetInAnOutage(t *testing.T) {
	s := newScene(t)
	u := s.client()
	tokens, pin, up := s.session(), s.pin(), s.Registry
	for range 6 {
		s.Registry = &downRegistry{up, 0}
		want(t, problem.Unavailable, s.reset(pin, "another horse"))
	}
	s.Registry = up
	if before := got[account.User](t)(s.Profile(t.Context(), u.ID)); !s.counts(tokens) || before.PINFailures.EmptyAt.After(s.clock) {
		t.Errorf("the session ended, or tries were counted, and the password did not change: %+v", before)
	}
	s.Registry = &downRegistry{up, 1}
	want(t, problem.Unavailable, s.reset(pin, "another horse"))
	s.Registry = up
	must(t, s.SweepRevocations(t.Context()))
	if after := got[account.User](t)(s.Profile(t.Context(), u.ID)); s.counts(tokens) || after.RevocationPending {
		t.Errorf("after the sweep the user is %+v", after)
	}
	got[account.Tokens](t)(s.login("another horse"))
}

// Five mails an hour go to an account; who asks does not notice, and a mail sent again is no other mail.
func TestMailsAreLimited(t *testing.T) {
	s := newScene(t)
	s.client()
	s.mailErr = errors.New("no connection")
	must(t, s.RequestReset(t.Context(), address, "client@example.com"))
	for range 3 {
		if _, err := s.MailNextPIN(t.Context()); !errors.Is(err, s.mailErr) {
			t.Fatalf("the mailer's error came back as %v", err)
		}
		s.clock = s.clock.Add(time.Minute)
	}
	s.mailErr = nil
	for range 7 {
		must(t, s.RequestReset(t.Context(), address, "client@example.com"))
	}
	s.deliver()
	if len(s.mails) != 5 {
		t.Fatalf("%d mails were sent", len(s.mails))
	}
	s.clock = s.clock.Add(time.Hour)
	must(t, s.reset(s.pin(), "another horse"))
}

func TestMailIsTriedAgainWhileAnybodyWantsIt(t *testing.T) {
	s := newScene(t)
	s.client()
	s.mailErr = errors.New("no connection")
	must(t, s.RequestReset(t.Context(), address, "client@example.com"))
	var due []time.Duration
	for passed := time.Duration(0); passed < 11*time.Minute; passed += time.Second {
		if worked, _ := s.MailNextPIN(t.Context()); worked {
			due = append(due, passed/time.Second)
		}
		s.clock = s.clock.Add(time.Second)
	}
	if got := fmt.Sprint(due); got != fmt.Sprint([]time.Duration{0, 2, 6, 14, 30, 62, 126, 246, 366, 486}) {
		t.Errorf("tried at the seconds %s", strings.ReplaceAll(got, "ns", ""))
	}
}

// A mailbox that does not exist is tried once; what was refused is told, for the log.
func TestMailRefusedForGood(t *testing.T) {
	s := newScene(t)
	s.client()
	s.mailErr = errors.Join(account.ErrRefused, errors.New("550"))
	must(t, s.RequestReset(t.Context(), address, "client@example.com"))
	if worked, err := s.MailNextPIN(t.Context()); !worked || !errors.Is(err, s.mailErr) {
		t.Errorf("worked %t, %v", worked, err)
	}
	for range 11 {
		s.clock = s.clock.Add(time.Minute)
		if worked, err := s.MailNextPIN(t.Context()); worked || err != nil {
			t.Fatalf("tried again: %v", err)
		}
	}
}

func TestStrangersGetNoMail(t *testing.T) {
	s := newScene(t)
	woken := 0
	s.Wake = func() { woken++ }
	must(t, s.RequestReset(t.Context(), address, "nobody@example.com"))
	s.deliver()
	want(t, problem.InvalidInput, s.RequestReset(t.Context(), address, "nobody"))
	if len(s.mails) != 0 || woken != 1 {
		t.Errorf("%d mails were sent, the worker was woken %d times", len(s.mails), woken)
	}
}

func TestMailCarriesThePIN(t *testing.T) {
	s := newScene(t)
	s.client()
	seen := map[string]bool{}
	for range 5 {
		seen[s.pin()] = true
	}
	m := s.mails[0]
	if m.To != "client@example.com" || m.Name != "Client One" || !m.ExpiresAt.Equal(s.clock.Add(10*time.Minute)) {
		t.Errorf("the mail is %+v", m)
	}
	for pin := range seen {
		if len(pin) != 8 || strings.Trim(pin, "0123456789") != "" {
			t.Errorf("the PIN is %q", pin)
		}
	}
	if len(seen) != 5 {
		t.Errorf("5 PINs are %v", seen)
	}
	must(t, s.reset(s.mails[4].PIN, "another horse"))
}
