package main_test

import (
	"path/filepath"
	"strings"
	"testing"

	"crm.example/services/ticket"
)

// There is nobody to ask who was deleted.
func TestRepeatErasures(t *testing.T) {
	t.Setenv("TICKET_STORE_URL", "sqlite:"+filepath.Join(t.TempDir(), "ticket.db"))
	t.Setenv("TICKET_NATS_URL", "nats://u:hunter2@127.0.0.1:1")
	for line, want := range map[string]string{"erasures": "usage", "erasures repeat now": "usage", "erasures rebuild": "there is no command", "erasures repeat": "there is no file"} {
		if _, err := tickets(t, line); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", line, err, want)
		}
	}
	t.Setenv("TICKET_STORE_URL", "mongodb://127.0.0.1:1/ticket")
	if _, err := tickets(t, "erasures repeat"); err == nil || !strings.Contains(err.Error(), "CRM_USERS") || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("without NATS: %v", err)
	}
}

func TestRebuild(t *testing.T) {
	url := "sqlite:" + filepath.Join(t.TempDir(), "ticket.db")
	t.Setenv("TICKET_STORE_URL", url)
	for line, want := range map[string]string{"events": "usage", "events rebuild now": "usage", "events rebuild": "there is no file"} {
		if _, err := tickets(t, line); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", line, err, want)
		}
	}
	if _, err := ticket.Import(t.Context(), ticket.Config{StoreURL: url}, strings.NewReader(
		`{"format":"crm-archive","version":1,"service":"ticket","exportedAt":"2026-01-31T09:30:00.000Z"}`+"\n"+`{"end":true,"documents":0}`+"\n"), false); err != nil {
		t.Fatal(err)
	}
	if out, err := tickets(t, "events rebuild"); err != nil || !strings.HasPrefix(out, "0 tickets are announced") {
		t.Errorf("%q, %v", out, err)
	}
}
