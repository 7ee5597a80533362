package sqlitestore_test

import (
	"context"
	"database/sql"
	"path/filepath"
	"testing"

	"crm.example/pkg/sqlite"
	"crm.example/services/ticket/internal/announce"
	"crm.example/services/ticket/internal/store/sqlitestore"
	"crm.example/services/ticket/internal/ticket"
)

// What the first version wrote can be erased by this one.
func TestUpgrade(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first, err := sqlite.Open(t.Context(), filepath.Join(dir, "ticket.db"), sqlitestore.Migrations[:1])
	if err != nil {
		t.Fatal(err)
	}
	const old = `INSERT INTO tickets (id, document) VALUES ('t1', '{"id":"t1","clientId":"c1","status":"closed","openedAt":"2026-01-31T12:00:00.000Z","deletedAt":null}');
		INSERT INTO messages (ticket_id, seq, document) VALUES ('t1', 1, '{"id":"m1","seq":1,"author":{"id":"a1","name":"Agent One","role":"agent"},"message":"Run","sentAt":"2026-01-31T12:00:00.000Z"}')`
	if err := first.Write(t.Context(), func(ctx context.Context, tx *sql.Tx) error { _, err := tx.Exec(old); return err }); err != nil {
		t.Fatal(err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	s := open(t, dir, announce.Message)
	if err := ticket.Upgrade(t.Context(), s, func(int, int) {}); err != nil {
		t.Fatal(err)
	}
	if found, err := s.Find(t.Context(), ticket.Scope{}, "t1"); err != nil || found.Number != 1 {
		t.Errorf("upgraded %+v, %v", found, err)
	}
	if found, err := s.List(t.Context(), ticket.Query{Search: ticket.SearchFor("ru"), Limit: 2}); err != nil || len(found) != 1 {
		t.Errorf("a search finds %v, %v", found, err)
	}
	if n, err := s.RenameAgent(t.Context(), "a1", ticket.FormerAgent, 10); n != 1 || err != nil {
		t.Errorf("renamed %d, %v", n, err)
	}
	if ids, err := s.TicketsOf(t.Context(), "c1", 10); err != nil || len(ids) != 1 {
		t.Errorf("tickets %v, %v", ids, err)
	}
	if found, err := s.Find(t.Context(), ticket.Scope{}, "t1"); err != nil || found.Conversation[0].Author.Name != ticket.FormerAgent {
		t.Errorf("found %+v, %v", found, err)
	}
}
