package authtest

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"
)

var pinLine = regexp.MustCompile(`PIN: ([0-9]{8})`)

// PINs reads the mails that were written so far, oldest first.
func (s *Server) PINs(t testing.TB) (pins []string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(s.Config.MailDir, "*.eml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		found := pinLine.FindSubmatch(raw)
		if found == nil {
			t.Fatalf("no PIN in %s", raw)
		}
		pins = append(pins, string(found[1]))
	}
	return pins
}

// ResetPIN asks for a PIN and waits for its mail.
func (s *Server) ResetPIN(t testing.TB, email string) string {
	t.Helper()
	before := len(s.PINs(t))
	s.Do("POST", "/v1/user/reset-password", map[string]string{"email": email}).Want(t, 202)
	var pins []string
	Eventually(t, "the PIN mail is there", func() bool { pins = s.PINs(t); return len(pins) > before })
	return pins[len(pins)-1]
}

// Eventually polls until ok, for ten seconds at most.
func Eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !ok(); {
		if time.Now().After(deadline) {
			t.Fatalf("not in time: %s", what)
		}
		time.Sleep(5 * time.Millisecond)
	}
}
