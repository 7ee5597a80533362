package main_test

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"crm.example/services/auth"
	tickets "crm.example/services/ticket"
)

// The services' own programs and standalone do not serve the same files: a token that is revoked at the one would go on counting at
// the other.
func TestFilesOfAnotherServer(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	running := p.start()
	a, s := auth.Defaults(), tickets.Defaults()
	a.StoreURL, a.MailDir, a.Secret = "sqlite:"+filepath.Join(p.data, "auth.db"), t.TempDir(), "MDEyMzQ1Njc4OWFiY2RlZmdoaWprbG1ub3BxcnN0dXY="
	s.StoreURL = "sqlite:" + filepath.Join(p.data, "ticket.db")
	const want = "another server runs on it"
	if _, err := auth.Open(t.Context(), a, auth.Deps{}); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("auth beside standalone: %v", err)
	}
	if _, err := tickets.Open(t.Context(), s, tickets.Deps{}); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("ticket beside standalone: %v", err)
	}
	secret, err := os.ReadFile(filepath.Join(p.data, "secret"))
	if err != nil {
		t.Fatal(err)
	}
	other := newPlace(t, "AUTH_STORE_URL="+a.StoreURL, "AUTH_SECRET="+strings.TrimSpace(string(secret)))
	if out, code := other.tell(); code != 1 || !strings.Contains(out, want) {
		t.Errorf("a standalone with another folder: exit code %d: %s", code, out)
	}
	running.stop()
	p.start()
}

// What the server says at its start can be pasted, and is not buried.
func TestStart(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "STANDALONE_NOTIFIER=true")
	running := p.start()
	newClient(p).signUp(t)
	eventually(t, "the notifier consumes", func() bool {
		for _, stream := range []string{"CRM_TICKETS", "CRM_USERS"} {
			if _, err := strangersStream(t, p.nats, stream).Consumer(t.Context(), "notifier"); err != nil {
				return false
			}
		}
		return true
	})
	running.stop()
	out := running.out.String()
	if !strings.Contains(out, "nats -s nats://"+p.nats+" sub 'crm.>'") {
		t.Errorf("where events are:\n%s", out)
	}
	settings := regexp.MustCompile(`.*settings that are not the defaults.*`).FindString(out)
	if !strings.Contains(settings, "STANDALONE_NOTIFIER") || strings.Contains(settings, "TICKET_REOPEN_WINDOW") || strings.Count(settings, `":"`) > 10 {
		t.Errorf("the settings: %s", settings)
	}
	if bad := regexp.MustCompile(`.*"level":"(WARN|ERROR)".*`).FindString(out); bad != "" {
		t.Errorf("a healthy start says %s", bad)
	}
}

// A server whose streams have no room says why it is not ready, and what to do.
func TestReasonOfUnreadiness(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "AUTH_STREAM_MAX_BYTES=4611686018427387904")
	running := p.begin()
	var told struct{ Detail string }
	eventually(t, "the reason is told", func() bool {
		err := newClient(p).call("GET", "/readyz", nil, &told, http.StatusServiceUnavailable)
		return err == nil && strings.Contains(told.Detail, "auth (NATS has too little free disk space for the stream CRM_USERS; ")
	})
	if !strings.Contains(running.out.String(), "NATS has too little free disk space for the stream CRM_USERS; ") {
		t.Errorf("the log does not have it:\n%s", running.out)
	}
}
