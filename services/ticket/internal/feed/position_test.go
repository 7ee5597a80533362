package feed_test

import (
	"testing"

	"crm.example/services/ticket/internal/feed"
)

// What is taken for an id is one that the feed could have made, to the letter.
func FuzzLastEventID(f *testing.F) {
	for _, id := range []string{"dn305v4rdleu-7", "dn305v4rdleu-0", "e-18446744073709551615", "", "-", "-1", "e-", "e-01", "e-+1", "e-1 ", "e--1", "e-18446744073709551616", "e-1-2", "é-1", "0"} {
		f.Add(id)
	}
	f.Fuzz(func(t *testing.T, id string) {
		if text, ok := feed.ParsePosition(id); ok && text != id {
			t.Errorf("%q was taken for %q", id, text)
		}
	})
}

func TestLastEventIDs(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]bool{
		"dn305v4rdleu-7": true, "e-0": true, "e-18446744073709551615": true,
		"": false, "-": false, "-1": false, "e-": false, "e-01": false, "e-+1": false, "e-1 ": false, "e-18446744073709551616": false, "e-1-2": false,
	} {
		if _, ok := feed.ParsePosition(id); ok != want {
			t.Errorf("%q is an id: %t", id, ok)
		}
	}
}
