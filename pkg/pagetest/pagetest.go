// Package pagetest keeps pages of documentation in line with the code: a test fails while a page says something else,
// and writes it when UPDATE_DOCS is set, as `make docs` does.
package pagetest

import (
	"os"
	"regexp"
	"testing"
)

// Whole wants the file to be the text.
func Whole(t testing.TB, path, text string) {
	t.Helper()
	is, err := os.ReadFile(path)
	if err == nil && string(is) == text {
		return
	}
	if os.Getenv("UPDATE_DOCS") == "" {
		t.Fatalf("%s is not what the code says: run `make docs`", path)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// Part wants the text between the file's lines <!-- name … --> and <!-- /name -->; what is around it is written by hand.
func Part(t testing.TB, path, name, text string) {
	t.Helper()
	is, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	place := regexp.MustCompile(`(?s)(<!-- ` + regexp.QuoteMeta(name) + `(?:[: ][^\n]*)?-->\n).*?(<!-- /` + regexp.QuoteMeta(name) + ` -->)`).FindSubmatchIndex(is)
	if place == nil {
		t.Fatalf("%s has no place for its %s", path, name)
	}
	Whole(t, path, string(is[:place[3]])+text+string(is[place[4]:]))
}
