package archive_test

import (
	"bytes"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/uuid"

	"crm.example/pkg/membertest"
	"crm.example/services/auth/internal/account"
	"crm.example/services/auth/internal/announce"
	"crm.example/services/auth/internal/archive"
	"crm.example/services/auth/internal/store/sqlitestore"
)

// elsewhere are the members of a user that do not move with it.
var elsewhere = membertest.Elsewhere{
	"SessionEpoch":      "the sessions of the other store end: the epoch becomes the present second",
	"RevocationPending": "the sessions of the other store end",
	"PIN":               "PINs of the other store do not count here",
	"PINFailures":       "the tries at PINs of the other store do not count here",
	"ResetMails":        "the mails of the other store do not count here",
	"Events":            "events that wait are the other service's to publish",
	"DeletedAt":         "deleted users are not exported",
}

// Every member that a user has is in a file and comes out of it again.
func TestEveryMember(t *testing.T) {
	t.Parallel()
	var want account.User
	membertest.Fill(&want, 1)
	want.ID, want.Email, want.Role = uuid.Must(uuid.NewV7()).String(), "client@example.com", account.RoleAgent
	want.PasswordHash = "$2a$12$abcdefghijklmnopqrstuuabcdefghijklmnopqrstuvwxyz01234"
	want.DeletedAt, want.Events = time.Time{}, nil
	from, to := inSQLite(t), inSQLite(t)
	if err := from.RestoreUser(t.Context(), want); err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	if _, err := archive.Export(t.Context(), from, &file, time.Now()); err != nil {
		t.Fatal(err)
	}
	if _, _, err := archive.Import(t.Context(), to, &file, time.Now()); err != nil {
		t.Fatal(err)
	}
	imported, err := to.UserByID(t.Context(), want.ID)
	if err != nil {
		t.Fatal(err)
	}
	membertest.Same(t, "imported", imported, want, elsewhere)
}

func inSQLite(t *testing.T) account.Archive {
	t.Helper()
	s, err := sqlitestore.Open(t.Context(), filepath.Join(t.TempDir(), "auth.db"), announce.Message)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}
