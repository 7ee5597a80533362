package main_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"crm.example/services/auth/internal/authtest"
)

// Nothing but the store's address is needed, and nothing reaches standard output that was not sent there.
func TestExportAndImport(t *testing.T) {
	s := authtest.Start(t)
	s.SignUp(t, "client@example.com")
	t.Setenv("AUTH_STORE_URL", s.Config.StoreURL)
	file := filepath.Join(t.TempDir(), "auth.jsonl")
	if out, err := auths(t, "export "+file); err != nil || out != "" {
		t.Fatalf("%q, %v", out, err)
	}
	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	if out, err := auths(t, "export -"); err != nil || !strings.Contains(out, "client@example.com") {
		t.Errorf("%q, %v", out, err)
	}
	t.Setenv("AUTH_STORE_URL", authtest.Config(t).StoreURL)
	if out, err := auths(t, "import "+file); err != nil || out != "" {
		t.Errorf("%q, %v", out, err)
	}
	for line, want := range map[string]string{
		"export": "usage", "export a b": "usage", "export --resume a": "usage", "import": "usage",
		"export " + file: "overwrites nothing", "import " + file: "--resume", "import " + file + "x": "no such file",
	} {
		if _, err := auths(t, line); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", line, err, want)
		}
	}
}
