package sqlitestore_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"crm.example/pkg/outbox/outboxtest"
	"crm.example/services/auth/internal/account"
	"crm.example/services/auth/internal/announce"
	"crm.example/services/auth/internal/store/sqlitestore"
	"crm.example/services/auth/internal/store/storetest"
)

func open(t *testing.T, path string) *sqlitestore.Store {
	t.Helper()
	s, err := sqlitestore.Open(t.Context(), path, announce.Message)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func TestConformance(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T) storetest.Open {
		path := filepath.Join(t.TempDir(), "auth.db")
		return func(t *testing.T) storetest.Store { return open(t, path) }
	})
}

func TestEmailOfADeletedUserIsFree(t *testing.T) {
	t.Parallel()
	storetest.EmailOfADeletedUserIsFree(t, open(t, filepath.Join(t.TempDir(), "auth.db")))
}

// Every statement finds its rows by an index and none sorts.
func TestEveryQueryHasAnIndex(t *testing.T) {
	t.Parallel()
	s := open(t, filepath.Join(t.TempDir(), "auth.db"))
	for name, statement := range sqlitestore.Statements {
		for _, step := range plan(t, s, statement) {
			ownIndex := strings.Contains(step, "_to_revoke") || strings.Contains(step, "_by_") // holds nothing but what is asked for
			if strings.HasPrefix(step, "SCAN") && !ownIndex || strings.Contains(step, "TEMP B-TREE") {
				t.Errorf("%s: %s", name, step)
			}
		}
	}
}

func plan(t *testing.T, s *sqlitestore.Store, statement string) (steps []string) {
	t.Helper()
	args := []any{1, 1, 1, 1}[:max(strings.Count(statement, "?"), 1)]
	if strings.Contains(statement, "?1") {
		args = args[:strings.Count(statement, "?")-strings.Count(statement, "?1")+1]
	}
	if !strings.Contains(statement, "?") {
		args = nil
	}
	rows, err := s.Read().QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+statement, args...)
	if err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var id, parent, unused int
		var detail string
		if err := rows.Scan(&id, &parent, &unused, &detail); err != nil {
			t.Fatal(err)
		}
		steps = append(steps, detail)
	}
	return steps
}

// The list of statements that the test above explains is the one in schema.go.
func TestEveryStatementIsExplained(t *testing.T) {
	t.Parallel()
	file, err := parser.ParseFile(token.NewFileSet(), "schema.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if ok && spec.Names[0].Name != "migrations" && sqlitestore.Statements[spec.Names[0].Name] == "" {
			t.Errorf("%s is not in Statements", spec.Names[0].Name)
		}
		return true
	})
}

// A member that a newer version of the service wrote, on the outside or inside of another, survives an update by this one.
func TestUnknownMembersSurvive(t *testing.T) {
	t.Parallel()
	s := open(t, filepath.Join(t.TempDir(), "auth.db"))
	err := s.CreateUser(t.Context(), account.User{
		ID: "u1", Email: "client@example.com", PIN: account.PIN{HMAC: []byte{1}, ExpiresAt: time.Now()},
	})
	if err != nil {
		t.Fatal(err)
	}
	sqlText := `UPDATE users SET doc = json_set(doc, '$.locale', json('{"tag":"pt","n":9007199254740993}'), '$.pin.channel', 'sms')`
	if err := s.Write(t.Context(), func(ctx context.Context, tx *sql.Tx) error { _, err := tx.Exec(sqlText); return err }); err != nil {
		t.Fatal(err)
	}
	if _, err := s.UpdateUser(t.Context(), "u1", func(u *account.User) error { u.Name = "B"; u.PIN.Attempts++; return nil }); err != nil {
		t.Fatal(err)
	}
	var raw []byte
	if err := s.Read().QueryRowContext(t.Context(), "SELECT doc FROM users").Scan(&raw); err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Name   string
		Locale json.RawMessage
		PIN    struct {
			Channel  string
			Attempts int
		}
	}
	if err := json.Unmarshal(raw, &doc); err != nil {
		t.Fatal(err)
	}
	if doc.Name != "B" || string(doc.Locale) != `{"tag":"pt","n":9007199254740993}` || doc.PIN.Channel != "sms" || doc.PIN.Attempts != 1 {
		t.Errorf("the document is now %s", raw)
	}
}

// The relay hears of a write that has events, after it, and of no other.
func TestAnnouncedAfterEvents(t *testing.T) {
	t.Parallel()
	s := open(t, filepath.Join(t.TempDir(), "auth.db"))
	pending := -1
	s.Announced = func(id string) { pending = len(outboxtest.Of(t, s, id)) }
	u := account.User{ID: "u1", Email: "client@example.com", Events: []account.Event{{ID: "e1", Verb: account.Registered, UserID: "u1", Sequence: 1}}}
	if err := s.CreateUser(t.Context(), u); err != nil || pending != 1 {
		t.Errorf("after the write %d events were seen (%v)", pending, err)
	}
	update := func(change func(*account.User)) int {
		pending = -1
		if _, err := s.UpdateUser(t.Context(), "u1", func(u *account.User) error { change(u); return nil }); err != nil {
			t.Fatal(err)
		}
		return pending
	}
	if n := update(func(u *account.User) { u.SessionEpoch++ }); n != -1 {
		t.Error("a write without events was announced")
	}
	if n := update(func(u *account.User) {
		u.Sequence++
		u.Events = []account.Event{{ID: "e2", Verb: account.Updated, UserID: "u1", Sequence: 2}}
	}); n != 2 {
		t.Errorf("after the update %d events were seen", n)
	}
}

// Of a deleted user nothing stays, not even what a newer version of the service wrote.
func TestUnknownMembersOfADeletedUser(t *testing.T) {
	t.Parallel()
	s := open(t, filepath.Join(t.TempDir(), "auth.db"))
	if err := s.CreateUser(t.Context(), account.User{ID: "u1", Email: "client@example.com"}); err != nil {
		t.Fatal(err)
	}
	newer := `UPDATE users SET doc = json_set(doc, '$.locale', 'pt')`
	if err := s.Write(t.Context(), func(ctx context.Context, tx *sql.Tx) error { _, err := tx.Exec(newer); return err }); err != nil {
		t.Fatal(err)
	}
	_, err := s.UpdateUser(t.Context(), "u1", func(u *account.User) error { *u = account.User{ID: "u1", DeletedAt: time.Now()}; return nil })
	if err != nil {
		t.Fatal(err)
	}
	var doc string
	if err := s.Read().QueryRowContext(t.Context(), "SELECT doc FROM users").Scan(&doc); err != nil || strings.Contains(doc, "pt") {
		t.Errorf("left is %s, %v", doc, err)
	}
}
