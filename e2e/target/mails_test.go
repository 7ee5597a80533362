package target_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"crm.example/e2e/target"
)

// A folder of mails gives those to one address, oldest first, and passes over what is no mail yet.
func TestFolder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if bodies, err := target.Folder(filepath.Join(dir, "not-there-yet")).To("a@example.com"); err != nil || bodies != nil {
		t.Errorf("a folder that is not there yet: %q, %v", bodies, err)
	}
	at := time.Now()
	for i, file := range []struct{ name, text string }{
		{"z.eml", "To: Client One <a@example.com>\r\nSubject: x\r\n\r\nfirst\r\n"},
		{"m.eml", "To: b@example.com\r\n\r\nto somebody else"},
		{"a.eml", "To: a@example.com\r\n\r\nsecond"},
		{"b.eml.tmp", "To: a@example.com\r\n\r\nnot a mail yet"},
		{"c.eml", ""},
	} {
		path := filepath.Join(dir, file.name)
		if err := os.WriteFile(path, []byte(file.text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, at, at.Add(time.Duration(i)*time.Second)); err != nil {
			t.Fatal(err)
		}
	}
	bodies, err := target.Folder(dir).To("a@example.com")
	if want := []string{"first\n", "second"}; err != nil || !slices.Equal(bodies, want) {
		t.Errorf("mails %q, %v, want %q", bodies, err, want)
	}
}
