package main_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"crm.example/services/ticket"
)

// Nothing but the store's address is needed, and nothing reaches standard output that was not sent there.
func TestExportAndImport(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "ticket.jsonl")
	store := func(name string) { t.Setenv("TICKET_STORE_URL", "sqlite:"+filepath.Join(dir, name)) }
	store("from.db")
	if _, err := tickets(t, "export "+file); err == nil || !strings.HasPrefix(err.Error(), "TICKET_STORE_URL: there is no file") {
		t.Errorf("a file that is not there: %v", err)
	}
	if _, err := ticket.Import(t.Context(), ticket.Config{StoreURL: "sqlite:" + filepath.Join(dir, "from.db")}, strings.NewReader(
		`{"format":"crm-archive","version":1,"service":"ticket","exportedAt":"2026-01-31T09:30:00.000Z"}`+"\n"+`{"end":true,"documents":0}`+"\n"), false); err != nil {
		t.Fatal(err)
	}
	if out, err := tickets(t, "export --settled "+file); err != nil || out != "" {
		t.Fatalf("%q, %v", out, err)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	if out, err := tickets(t, "export -"); err != nil || !strings.HasSuffix(out, "{\"end\":true,\"documents\":0}\n") {
		t.Errorf("%q, %v", out, err)
	}
	store("to.db")
	if out, err := tickets(t, "import "+file); err != nil || out != "" {
		t.Errorf("%q, %v", out, err)
	}
	for line, want := range map[string]string{
		"export": "usage", "export a b": "usage", "export --resume a": "usage", "import": "usage",
		"export " + file: "overwrites nothing", "import " + file + "x": "no such file",
	} {
		if _, err := tickets(t, line); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", line, err, want)
		}
	}
}
