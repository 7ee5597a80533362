package account_test

import (
	"fmt"
	"net/mail"
	"strings"
	"testing"
	"unicode"

	"crm.example/services/auth/internal/account"
)

func TestNormalizeEmail(t *testing.T) {
	t.Parallel()
	longest := strings.Repeat("a", 64) + "@" + strings.Repeat(strings.Repeat("b", 62)+".", 2) + strings.Repeat("c", 60) + ".d1"
	for raw, normal := range map[string]string{
		"client@example.com":            "client@example.com",
		"  Client.One+tag@EXAMPLE.com ": "client.one+tag@example.com",
		"!#$%&'*+-/=?^_`{|}~@a-b.c1.de": "!#$%&'*+-/=?^_`{|}~@a-b.c1.de",
		"a@xn--bcher-kva.example":       "a@xn--bcher-kva.example",
		longest:                         longest,
	} {
		if email, err := account.NormalizeEmail(raw); err != nil || email != normal {
			t.Errorf("%q became %q, %v", raw, email, err)
		}
	}
	for _, raw := range []string{
		"", "@", "client", "client@", "@example.com", "a@b@example.com", "client@example.com@",
		"Client One <client@example.com>", "<client@example.com>", "client@example.com (one)", `"client"@example.com`, `"a@b"@example.com`,
		"client@example.com\r\nBcc: other@example.com", "client@example.com\r\n", "\tclient@example.com", "client\x00@example.com", "client@exa\u0085mple.com",
		"cli ent@example.com", "client@exam ple.com", "client@example.com,other@example.com", "client@example.com;", "mailto:client@example.com",
		".client@example.com", "client.@example.com", "cli..ent@example.com", "client@.example.com", "client@example.com.", "client@example..com",
		"client@localhost", "client@127.0.0.1", "client@[127.0.0.1]", "client@-example.com", "client@example-.com", "client@exam_ple.com",
		"клиент@example.com", "client@bücher.example", "client@example.com\u200b", "\u212aelvin@example.com", "client@example.\u0130com", "\xff@example.com",
		strings.Repeat("a", 65) + "@example.com", "a@" + strings.Repeat("b", 64) + ".com", "a" + longest[1:64] + "a" + longest[64:] + "2",
		strings.Repeat("a", 64) + "@" + strings.Repeat(strings.Repeat("b", 62)+".", 2) + strings.Repeat("c", 61) + ".d1",
	} {
		email, err := account.NormalizeEmail(raw)
		if fmt.Sprint(codes(err)) != "[/email invalid]" || email != "" {
			t.Errorf("%q became %q, %v", raw, email, err)
		}
	}
}

func FuzzNormalizeEmail(f *testing.F) {
	for _, seed := range []string{"client@example.com", " A@B.c ", "a@b", "\"a\"@b.c", "a@b.c\r\n", "ſ@b.c", "a@[::1]", strings.Repeat("a", 300)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		email, err := account.NormalizeEmail(raw)
		if err != nil {
			return
		}
		if again, err := account.NormalizeEmail(email); err != nil || again != email {
			t.Errorf("%q becomes %q, and that %q, %v", raw, email, again, err)
		}
		if upper, err := account.NormalizeEmail(strings.ToUpper(email)); err != nil || upper != email {
			t.Errorf("%q in upper case becomes %q, %v", email, upper, err)
		}
		if strings.Count(email, "@") != 1 || len(email) > 254 || strings.ContainsFunc(email, outside) {
			t.Errorf("%q became %q", raw, email)
		}
		if parsed, err := mail.ParseAddress(email); err != nil || parsed.Address != email || parsed.Name != "" {
			t.Errorf("a mailer reads %q as %v, %v", email, parsed, err)
		}
	})
}

func outside(r rune) bool {
	return r > 126 || r <= ' ' || unicode.IsUpper(r) || strings.ContainsRune(`"(),:;<>[\]`, r)
}
