package sqlitestore_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"crm.example/services/ticket/internal/announce"
	"crm.example/services/ticket/internal/ticket"
)

// Words of a deleted ticket leave the file, index included, while those of others stay.
func TestDeletedTermsLeaveTheFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := open(t, dir, announce.Message)
	for n := range 30 {
		stamp := ticket.Stamp{Actor: client, At: time.Now(), EventID: fmt.Sprint("e", n), MessageID: fmt.Sprint("m", n)}
		message := fmt.Sprintf("common keeps%d", n)
		if n == 7 {
			message = "common Quillfeather"
		}
		if _, err := s.Create(t.Context(), ticket.Open(stamp, fmt.Sprintf("t%02d", n), ticket.Draft{Subject: "Printer", Message: message})); err != nil {
			t.Fatal(err)
		}
	}
	stamp := ticket.Stamp{Actor: client, At: time.Now(), EventID: "e", MessageID: "m"}
	_, err := s.Update(t.Context(), ticket.Target{ID: "t07"}, func(tk *ticket.Ticket, _ ticket.Idempotency) error { tk.Delete(stamp); return nil })
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Exec(t.Context(), "as the relay", `DELETE FROM outbox`); err != nil {
		t.Fatal(err)
	}
	if err := s.Scrub(t.Context()); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(filepath.Join(dir, "ticket.db"))
	if err != nil {
		t.Fatal(err)
	}
	for word, want := range map[string]bool{"quillf": false, "illfeather": false, "Quillf": false, "keeps29": true} {
		if bytes.Contains(raw, []byte(word)) != want {
			t.Errorf("%q is in the file: %v", word, !want)
		}
	}
	if found, err := s.List(t.Context(), ticket.Query{Search: ticket.SearchFor("common"), Limit: 50}); err != nil || len(found) != 29 {
		t.Errorf("found %d, %v", len(found), err)
	}
}
