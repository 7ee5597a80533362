package sqlitestore_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"crm.example/services/ticket/internal/store/sqlitestore"
	"crm.example/services/ticket/internal/store/storetest"
)

func TestStore(t *testing.T) {
	t.Parallel()
	storetest.Run(t, inFolder)
}

func TestKeyOfADeletedTicketIsFree(t *testing.T) {
	t.Parallel()
	storetest.KeyOfADeletedTicketIsFree(t, inFolder)
}

// inFolder opens a store in a folder of its own.
func inFolder(t *testing.T, encode storetest.Encode) (storetest.Store, func() storetest.Store) {
	dir := t.TempDir()
	reopen := func() storetest.Store {
		left := t.TempDir()
		copyFiles(t, dir, left)
		return open(t, left, encode)
	}
	return open(t, dir, encode), reopen
}

func open(t *testing.T, dir string, encode storetest.Encode) *sqlitestore.Store {
	t.Helper()
	s, err := sqlitestore.Open(t.Context(), filepath.Join(dir, "ticket.db"), encode)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() }) // a test may have closed it
	return s
}

// copyFiles takes the files as they lie there while the store is open: what a crash would leave.
func copyFiles(t *testing.T, from, to string) {
	t.Helper()
	names, err := fs.Glob(os.DirFS(from), "ticket.db*")
	if err != nil || len(names) < 2 {
		t.Fatalf("files %v, %v, want the database and its log", names, err)
	}
	for _, name := range names {
		raw, err := os.ReadFile(filepath.Join(from, name))
		if err == nil {
			err = os.WriteFile(filepath.Join(to, name), raw, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}
