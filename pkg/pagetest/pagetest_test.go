package pagetest_test

import (
	"os"
	"path/filepath"
	"testing"

	"crm.example/pkg/pagetest"
)

func TestPart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "README.md")
	write(t, path, "Before\n\n<!-- settings: made by `make docs` -->\nold\n<!-- /settings -->\n\nAfter\n")
	if !failed(t, func(t testing.TB) { pagetest.Part(t, path, "settings", "new\n") }) {
		t.Error("an outdated page passed")
	}
	t.Setenv("UPDATE_DOCS", "1")
	pagetest.Part(t, path, "settings", "new\n")
	t.Setenv("UPDATE_DOCS", "")
	pagetest.Part(t, path, "settings", "new\n")
	if is, want := read(t, path), "Before\n\n<!-- settings: made by `make docs` -->\nnew\n<!-- /settings -->\n\nAfter\n"; is != want {
		t.Errorf("the page is\n%s", is)
	}
	if !failed(t, func(t testing.TB) { pagetest.Part(t, path, "setting", "new\n") }) {
		t.Error("a page without the place passed")
	}
}

// strict stands for a test and notes whether it failed.
type strict struct {
	testing.TB
	failed bool
}

func (s *strict) Fatal(...any)          { s.failed = true; panic(s) }
func (s *strict) Fatalf(string, ...any) { s.failed = true; panic(s) }

func failed(t *testing.T, do func(testing.TB)) bool {
	s := &strict{TB: t}
	func() {
		defer func() { _ = recover() }()
		do(s)
	}()
	return s.failed
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
