package mail_test

import (
	"bytes"
	"io"
	"log/slog"
	netmail "net/mail"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"crm.example/services/auth/internal/account"
	"crm.example/services/auth/internal/mail"
)

var from = &netmail.Address{Name: "CRM", Address: "crm@example.com"}

func pinMail(id string) account.Mail {
	return account.Mail{
		ID: id, UserID: "u1", To: "client@example.com", Name: "Client\r\nBcc: other@example.com http://example.com",
		PIN: "01234567", ExpiresAt: time.Now().Add(10 * time.Minute),
	}
}

// read checks what is the same in every mail, and returns its text.
func read(t *testing.T, raw []byte) string {
	t.Helper()
	msg, err := netmail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	if len(msg.Header["Bcc"]) > 0 || strings.Contains(string(raw), "http") {
		t.Errorf("something slipped in: %s", raw)
	}
	for name, want := range map[string]string{
		"From": `"CRM" <crm@example.com>`, "To": "<client@example.com>", "Subject": "Your PIN for a new password",
		"Auto-Submitted": "auto-generated", "Content-Type": "text/plain; charset=UTF-8",
	} {
		if got := msg.Header.Get(name); got != want {
			t.Errorf("%s is %q", name, got)
		}
	}
	if id := msg.Header.Get("Message-ID"); !strings.HasSuffix(id, "@example.com>") {
		t.Errorf("Message-ID is %s", id)
	}
	body, err := io.ReadAll(msg.Body)
	if err != nil {
		t.Fatal(err)
	}
	if text := string(body); !strings.Contains(text, "PIN: 01234567\r\n") || !strings.Contains(text, "for 10 minutes") {
		t.Errorf("text: %s", text)
	}
	return string(body)
}

func TestFolder(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data", "mail")
	var log bytes.Buffer
	folder, err := mail.NewFolder(dir, from, slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	ids := []string{"01a", "01b", "01c"}
	for _, id := range ids {
		if err := folder.Send(t.Context(), pinMail(id)); err != nil {
			t.Fatal(err)
		}
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, strings.TrimSuffix(e.Name(), "_u1.eml"))
		if info, err := e.Info(); err != nil || info.Mode() != 0o600 {
			t.Errorf("%s: mode %s, %v", e.Name(), info.Mode(), err)
		}
	}
	if !slices.Equal(names, ids) {
		t.Errorf("files %v", names)
	}
	raw, err := os.ReadFile(filepath.Join(dir, "01c_u1.eml"))
	if err != nil {
		t.Fatal(err)
	}
	read(t, raw)
	if text := log.String(); !strings.Contains(text, "01c_u1.eml") || strings.Contains(text, "01234567") || strings.Contains(text, "client@") {
		t.Errorf("log: %s", text)
	}
}

func TestFolderThatCannotBeWritten(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "mail")
	folder, err := mail.NewFolder(dir, from, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(dir); err != nil {
		t.Fatal(err)
	}
	if err := folder.Send(t.Context(), pinMail("01a")); err == nil {
		t.Error("no error")
	}
}

// What is forgotten is the mails of one user, and what is old.
func TestFolderForgets(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	folder, err := mail.NewFolder(dir, from, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	const id = "0199ab00-0000-7000-8000-00000000000"
	for n, user := range map[string]string{"1": "u1", "2": "u2", "3": "u1"} {
		m := pinMail(id + n)
		m.UserID = user
		if err := folder.Send(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	left := func(what string, err error, want ...string) {
		t.Helper()
		var names []string
		files, _ := os.ReadDir(dir)
		for _, f := range files {
			names = append(names, f.Name())
		}
		if err != nil || !slices.Equal(names, want) {
			t.Errorf("%s: %v, left are %v", what, err, names)
		}
	}
	left("forget u1", folder.Forget(t.Context(), "u1"), id+"2_u2.eml")
	left("forget one without mails", folder.Forget(t.Context(), "u3"), id+"2_u2.eml")
	for _, name := range []string{".part-1", id + "4.eml", "notes.txt", "saved.eml"} { // the second is named as they used to be
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	left("nothing is old", folder.RemoveBefore(t.Context(), time.Now().Add(-time.Hour)), ".part-1", id+"2_u2.eml", id+"4.eml", "notes.txt", "saved.eml")
	left("all is old", folder.RemoveBefore(t.Context(), time.Now().Add(time.Hour)), "notes.txt", "saved.eml")
}
