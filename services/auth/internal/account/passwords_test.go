package account_test

import (
	"fmt"
	"strings"
	"testing"

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
