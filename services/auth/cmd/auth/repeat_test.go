package main_test

import (
	"strings"
	"testing"

	"crm.example/services/auth/internal/authtest"
)

// There is nobody to ask who was deleted.
func TestRepeatErasures(t *testing.T) {
	set(t, authtest.Config(t))
	t.Setenv("AUTH_NATS_URL", "nats://u:hunter2@127.0.0.1:1")
	for line, want := range map[string]string{"erasures repeat now": "usage: auth erasures repeat", "erasures repeat": "there is no file"} {
		if _, err := auths(t, line); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", line, err, want)
		}
	}
	t.Setenv("AUTH_STORE_URL", "mongodb://127.0.0.1:1/auth")
	if _, err := auths(t, "erasures repeat"); err == nil || !strings.Contains(err.Error(), "CRM_USERS") || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("without NATS: %v", err)
	}
}
