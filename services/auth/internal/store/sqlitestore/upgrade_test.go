package sqlitestore_test

import (
	"context"
	"database/sql"
	"path/filepath"
	"testing"

	"crm.example/pkg/problem"
	"crm.example/pkg/sqlite"
	"crm.example/services/auth/internal/account"
	"crm.example/services/auth/internal/store/sqlitestore"
)

// What the first version wrote can be erased by this one.
func TestUpgrade(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "auth.db")
	first, err := sqlite.Open(t.Context(), path, sqlitestore.Migrations[:1])
	if err != nil {
		t.Fatal(err)
	}
	const old = `INSERT INTO sessions (id, expires_at, revocation_pending, doc) VALUES ('s1', 4102444800000, 0, '{"id":"s1","userId":"u1"}')`
	if err := first.Write(t.Context(), func(ctx context.Context, tx *sql.Tx) error { _, err := tx.Exec(old); return err }); err != nil {
		t.Fatal(err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	s := open(t, path)
	if found, err := s.SessionByID(t.Context(), "s1"); err != nil || found.UserID != "u1" {
		t.Fatalf("the old session is %+v, %v", found, err)
	}
	if err := s.RemoveSessions(t.Context(), "u1"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.SessionByID(t.Context(), "s1"); !problem.Is(err, problem.NotFound) {
		t.Errorf("after its removal: %v", err)
	}
	if err := s.CreateSession(t.Context(), account.Session{ID: "s2", UserID: "u2"}); err != nil {
		t.Error(err)
	}
}
