package account_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"crm.example/pkg/problem"
	"crm.example/services/auth/internal/account"
)

func TestSignUpTellsAllThatIsWrong(t *testing.T) {
	s := newScene(t)
	for _, c := range []struct{ email, password, want string }{
		{"client", "short", "[/email invalid /password too-short]"},
		{"client@example.com", "1234567", "[/password too-short]"},
		{"client@example.com", "ééé7", "[/password too-short]"},
		{"client@example.com", strings.Repeat("é", 36) + "x", "[/password too-long]"},
		{"client@example.com", "right\x00horse", "[/password invalid]"},
		{"client@example.com", "password", "[/password common-password]"},
		{"client@example.com", "Client@Example.com", "[/password common-password]"},
		{"long.name@example.com", "LONG.name", "[/password common-password]"},
	} {
		_, err := s.SignUp(t.Context(), address, account.SignUp{Name: "Client One", Email: c.email, Password: c.password})
		if got := fmt.Sprint(codes(err)); got != c.want {
			t.Errorf("%s with %q: %s, want %s", c.email, c.password, got, c.want)
		}
	}
	for i, password := range []string{"12345678x"[:8], strings.Repeat("é", 36), "        "} {
		_, err := s.SignUp(t.Context(), address, account.SignUp{Email: fmt.Sprintf("client%d@example.com", i), Password: password})
		if err != nil {
			t.Errorf("%q: %v", password, err)
		}
	}
}

// The same word from two keyboards: é and ậ as one character each, and with their accents after them.
const (
	composed   = "caf\u00e9 \u1ead horse"
	decomposed = "cafe\u0301 a\u0323\u0302 horse"
)

func TestPasswordIsTheSameHoweverItIsTyped(t *testing.T) {
	for typed, again := range map[string]string{composed: decomposed, decomposed: composed} {
		t.Run(fmt.Sprintf("%+q", typed), func(t *testing.T) {
			s := newScene(t)
			got[account.User](t)(s.SignUp(t.Context(), address, account.SignUp{Email: "client@example.com", Password: typed}))
			got[account.Tokens](t)(s.login(typed))
			got[account.Tokens](t)(s.login(again))
			must(t, s.reset(s.pin(), "new "+typed))
			got[account.Tokens](t)(s.login("new " + again))
			want(t, problem.InvalidInput, s.DeleteAccount(t.Context(), address, s.user().ID, again))
			must(t, s.DeleteAccount(t.Context(), address, s.user().ID, "new "+again))
		})
	}
}

// A hash of the time before passwords were normalised matches what was typed then, and is made anew.
func TestHashOfAPasswordAsItWasTyped(t *testing.T) {
	s := newScene(t)
	u := s.client()
	setHash := func(hash string) {
		t.Helper()
		_, err := s.store.UpdateUser(t.Context(), u.ID, func(u *account.User) error { u.PasswordHash = hash; return nil })
		must(t, err)
	}
	setHash("2:salt:" + decomposed)
	_, err := s.login(composed)
	want(t, problem.WrongCredentials, err)
	got[account.Tokens](t)(s.login(decomposed))
	got[account.Tokens](t)(s.login(composed))
	long := strings.Repeat("\u0958", 24) // 72 bytes, and 144 once it is normalised: it cannot be hashed so
	setHash("1:salt:" + long)
	for range 2 {
		got[account.Tokens](t)(s.login(long))
	}
	if hash := s.user().PasswordHash; hash[0] != '2' || hashed(hash) != long {
		t.Errorf("the hash is %q", hash)
	}
}

// The limits are those of the normalised password.
func TestLimitsOfANormalisedPassword(t *testing.T) {
	s := newScene(t)
	for password, wrong := range map[string]string{
		"e\u0301" + "12345":                 "[/password too-short]", // eight bytes as it was typed
		strings.Repeat("e\u0301", 36):       "[]",                    // 108
		strings.Repeat("e\u0301", 36) + "1": "[/password too-long]",
		strings.Repeat("\u0958", 12):        "[]", // 36, and 72 normalised
		strings.Repeat("\u0958", 12) + "1":  "[/password too-long]",
	} {
		_, err := s.SignUp(t.Context(), address, account.SignUp{Email: fmt.Sprintf("c%x@example.com", len(password)), Password: password})
		if got := fmt.Sprint(codes(err)); got != wrong {
			t.Errorf("%+q: %s, want %s", password, got, wrong)
		}
	}
	for password, code := range map[string]problem.Code{
		strings.Repeat("e\u0301", 36):       problem.WrongCredentials,
		strings.Repeat("e\u0301", 36) + "1": problem.InvalidInput,
	} {
		_, err := s.login(password)
		want(t, code, err)
	}
}

// compares counts comparisons.
type compares struct {
	account.Hasher
	made int
}

func (c *compares) Compare(ctx context.Context, client, hash, password string) (ok, stale bool, err error) {
	c.made++
	return c.Hasher.Compare(ctx, client, hash, password)
}

// A password with two spellings is compared as often for somebody unknown as for somebody known.
func TestSpellingsTellNothing(t *testing.T) {
	s := newScene(t)
	s.client()
	counted := &compares{Hasher: s.Hasher}
	s.Hasher = counted
	for password, want := range map[string]int{composed: 1, decomposed: 2} {
		for _, email := range []string{"client@example.com", "nobody@example.com"} {
			counted.made = 0
			_, err := s.Login(t.Context(), address, email, password)
			if !problem.Is(err, problem.WrongCredentials) || counted.made != want {
				t.Errorf("%+q for %s: %d comparisons and %v, want %d", password, email, counted.made, err, want)
			}
		}
	}
}
