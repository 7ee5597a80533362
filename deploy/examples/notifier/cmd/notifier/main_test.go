package main_test

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	main "crm.example/deploy/examples/notifier/cmd/notifier"
	"crm.example/pkg/build"
)

// notifiers runs a command line on a folder of its own, which a notifier makes as soon as it is opened. Settings come from the
// environment, so these tests are not parallel.
func notifiers(t *testing.T, line string) (out string, opened bool, err error) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "notifier")
	t.Setenv("NOTIFIER_DIR", dir)
	t.Setenv("NOTIFIER_SMTP_URL", "ftp://host") // so that nothing runs
	var buffer bytes.Buffer
	err = main.Run(t.Context(), strings.Fields(line), &buffer, slog.New(slog.DiscardHandler))
	_, missing := os.Stat(dir)
	return buffer.String(), missing == nil, err
}

func TestVersion(t *testing.T) {
	if out, opened, err := notifiers(t, "version"); err != nil || opened || out != build.Line()+"\n" {
		t.Errorf("%q, opened: %t, %v", out, opened, err)
	}
}

func TestOtherArgumentsStartNothing(t *testing.T) {
	for _, line := range []string{"healthcheck", "mail", "version now", "serve now"} {
		if _, opened, err := notifiers(t, line); err == nil || opened || !strings.Contains(err.Error(), "usage: notifier") {
			t.Errorf("%s: opened: %t, %v, want the usage", line, opened, err)
		}
	}
}

func TestNoArgumentIsTheNotifier(t *testing.T) {
	if _, opened, err := notifiers(t, ""); opened || err == nil || !strings.HasPrefix(err.Error(), "NOTIFIER_SMTP_URL") {
		t.Errorf("opened: %t, %v", opened, err)
	}
}
