package smtp_test

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	server "github.com/emersion/go-smtp"
	gomail "github.com/wneessen/go-mail"

	"crm.example/pkg/smtp"
)

// box is a real SMTP server that notes what it is told, and refuses at one command.
type box struct {
	mu     sync.Mutex
	names  []string // of EHLO
	mails  int
	refuse map[string]*server.SMTPError
}

func (b *box) start(t *testing.T) (url string) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	srv := server.NewServer(server.BackendFunc(func(c *server.Conn) (server.Session, error) {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.names = append(b.names, c.Hostname())
		return session{b}, nil
	}))
	go func() { _ = srv.Serve(ln) }()
	t.Cleanup(func() { _ = srv.Close() })
	return "smtp://" + ln.Addr().String() + "?tls=none"
}

type session struct{ *box }

func (session) Reset()        {}
func (session) Logout() error { return nil }

func (s session) Mail(string, *server.MailOptions) error { return s.at("MAIL") }
func (s session) Rcpt(string, *server.RcptOptions) error { return s.at("RCPT") }

func (s session) Data(r io.Reader) error {
	_, _ = io.Copy(io.Discard, r)
	s.mu.Lock()
	s.mails++
	s.mu.Unlock()
	return s.at("DATA")
}

func (s session) at(command string) error {
	if refusal := s.refuse[command]; refusal != nil {
		return refusal
	}
	return nil
}

func message(t *testing.T) *gomail.Msg {
	t.Helper()
	m := gomail.NewMsg()
	if err := errors.Join(m.From("crm@example.com"), m.To("client@example.com")); err != nil {
		t.Fatal(err)
	}
	m.SetBodyString(gomail.TypeTextPlain, "Hello.")
	return m
}

// Strict servers take a fully qualified name or an address literal only (RFC 5321, section 4.1.1.1).
func TestOurName(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		set, machine string
		fault        error
		want         string
	}{
		"set":                             {"mail.crm.example", "host.example.com", nil, "mail.crm.example"},
		"set to an address":               {"[192.0.2.1]", "host.example.com", nil, "[192.0.2.1]"},
		"machine, fully qualified":        {"", "host.example.com", nil, "host.example.com"},
		"machine, bare":                   {"", "crm-7c9f", nil, "[127.0.0.1]"},
		"machine, localhost":              {"", "localhost", nil, "[127.0.0.1]"},
		"machine with an underscore":      {"", "my_host.example.com", nil, "[127.0.0.1]"},
		"machine without a name":          {"", "", errors.New("none"), "[127.0.0.1]"},
		"machine, an address as its name": {"", "10.0.0.1", nil, "[127.0.0.1]"},
	} {
		b := &box{}
		s, err := smtp.New(b.start(t), c.set, nil)
		if err != nil {
			t.Fatal(err)
		}
		s.SetMachine(func() (string, error) { return c.machine, c.fault })
		if err := s.Send(t.Context(), message(t)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if len(b.names) != 1 || b.names[0] != c.want {
			t.Errorf("%s: EHLO %q, want %s", name, b.names, c.want)
		}
	}
}

func TestCheckName(t *testing.T) {
	t.Parallel()
	for name, ok := range map[string]bool{
		"crm.example.com": true, "xn--bcher-kva.example": true, "[192.0.2.1]": true, "[IPv6:2001:db8::1]": true, "a.b-c.example": true,
		"crm": false, "": false, "localhost": false, "crm.example.com.": false, "[crm]": false, "192.0.2.1": false, "[2001:db8::1]": false,
		"[IPv6:192.0.2.1]": false, "crm_1.example.com": false, "-a.example.com": false, "a b.example": false, "a.example\r\nMAIL": false,
		strings.Repeat("a.", 130) + "example": false,
	} {
		if err := smtp.CheckName(name); (err == nil) != ok {
			t.Errorf("%q: %v", name, err)
		}
	}
}

// What a server says against a mail is told by its codes; its words, which repeat the recipient, stay out of the log.
func TestRefusals(t *testing.T) {
	t.Parallel()
	words := "<client@example.com>: Recipient address rejected"
	for name, c := range map[string]struct {
		command         string
		code            int
		ofMail, forGood bool
	}{
		"no such recipient": {"RCPT", 550, true, true},
		"greylisted":        {"RCPT", 450, true, false},
		"sender refused":    {"MAIL", 550, true, false},
		"no room":           {"MAIL", 452, false, false},
		"content refused":   {"DATA", 554, true, true},
		"too busy":          {"DATA", 451, false, false},
	} {
		b := &box{refuse: map[string]*server.SMTPError{c.command: {Code: c.code, EnhancedCode: server.EnhancedCode{c.code / 100, 1, 1}, Message: words}}}
		s, err := smtp.New(b.start(t), "", nil)
		if err != nil {
			t.Fatal(err)
		}
		err = s.Send(t.Context(), message(t))
		var refusal *smtp.Refusal
		if !errors.As(err, &refusal) || refusal.Code != c.code || refusal.OfMail() != c.ofMail || smtp.RefusedForGood(err) != c.forGood {
			t.Errorf("%s: %v", name, err)
		}
		if text := fmt.Sprint(err); strings.Contains(text, "client") || !strings.Contains(text, fmt.Sprint(c.code)) {
			t.Errorf("%s: the text is %s", name, text)
		}
	}
}

// A header shows what was written, and mail programs find nothing in it to decode.
func TestVerbatim(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"Printer", "", "Grüße", "=?utf-8?b?4oCudGVz?=", "a =?utf-8?q?x?= b", "before \u202egnp.exe", "two\r\nBcc: x@example.com", strings.Repeat("ü🙂", 100), "=?",
	} {
		verbatimIs(t, text)
	}
	if got := smtp.Verbatim("Printer on fire?"); got != "Printer on fire?" {
		t.Errorf("plain text became %s", got)
	}
}

func FuzzVerbatim(f *testing.F) {
	f.Add("=?utf-8?b?4oCudGVz?=")
	f.Add("Grüße, 世界 🙂 =?x?=")
	f.Fuzz(func(t *testing.T, text string) {
		if utf8.ValidString(text) {
			verbatimIs(t, text)
		}
	})
}

func verbatimIs(t *testing.T, text string) {
	t.Helper()
	written := smtp.Verbatim(text)
	if shown, err := new(mime.WordDecoder).DecodeHeader(written); err != nil || shown != text {
		t.Errorf("%q is written as %q and shown as %q, %v", text, written, shown, err)
	}
	for word := range strings.SplitSeq(written, " ") {
		if strings.HasPrefix(word, "=?") && len(word) > 75 || strings.ContainsAny(word, "\r\n") {
			t.Errorf("%q is written with the word %q", text, word)
		}
	}
}
