package sqlite_test

import (
	"path/filepath"
	"strings"
	"testing"

	"crm.example/pkg/sqlite"
)

// One server at a time has the file; commands open it beside that one.
func TestOwn(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "data.db")
	release, err := sqlite.Own(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := sqlite.Own(path); err == nil || !strings.HasSuffix(err.Error(), path+": another server runs on it; stop that one first") {
		t.Errorf("a second server: %v", err)
	}
	reopened(t, path)
	if err := release(); err != nil {
		t.Fatal(err)
	}
	if release, err = sqlite.Own(path); err != nil {
		t.Fatalf("after the first one ended: %v", err)
	}
	if err := release(); err != nil {
		t.Error(err)
	}
}
