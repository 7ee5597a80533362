package sqlite_test

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"crm.example/pkg/finding"
	"crm.example/pkg/sqlite"
)

// TestMain plays the process that is killed when the variable names a database file.
func TestMain(m *testing.M) {
	if path := os.Getenv("SQLITE_TEST_VICTIM"); path != "" {
		fmt.Fprintln(os.Stderr, writeForever(context.Background(), path))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// writeForever has eight writers that each say what was acknowledged, one id a line.
func writeForever(ctx context.Context, path string) error {
	db, err := sqlite.Open(ctx, path, schema)
	if err != nil {
		return err
	}
	failed := make(chan error)
	for w := range 8 {
		go func() {
			for i := 0; ; i++ {
				id := fmt.Sprintf("%d-%d-%d", os.Getpid(), w, i)
				err := db.Write(ctx, func(ctx context.Context, tx *sql.Tx) error {
					if err := addNote(id)(ctx, tx); err != nil {
						return err
					}
					return sqlite.Announce(ctx, tx, message("doc", id))
				})
				if err != nil {
					failed <- err
				}
				fmt.Println(id) // one unbuffered write: it is out before the process can die
			}
		}()
	}
	return <-failed
}

// A process killed in the middle of its writes loses nothing that it acknowledged, neither row nor event.
func TestKillLosesNothingAcknowledged(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "test.db")
	var acknowledged []string
	for range 3 {
		acknowledged = append(acknowledged, killAmidWrites(t, path)...)
	}
	db := open(t, path)
	for _, id := range acknowledged {
		var rows int
		err := db.Read().QueryRowContext(t.Context(), "SELECT count(*) FROM note JOIN outbox USING (id) WHERE id = ?", id).Scan(&rows)
		if err != nil || rows != 1 {
			finding.Fatalf(t, "acknowledged %s: %d rows with their event (%v)", id, rows, err)
		}
	}
	if a, b := number(t, db, "SELECT count(*) FROM note"), number(t, db, "SELECT count(*) FROM outbox"); a != b {
		finding.Errorf(t, "%d rows and %d events", a, b)
	}
}

func killAmidWrites(t *testing.T, path string) (acknowledged []string) {
	t.Helper()
	victim := exec.CommandContext(t.Context(), os.Args[0])
	victim.Env = append(os.Environ(), "SQLITE_TEST_VICTIM="+path)
	victim.Stderr = os.Stderr
	out, err := victim.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := victim.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		acknowledged = append(acknowledged, lines.Text())
		if len(acknowledged) == 100 {
			_ = victim.Process.Kill() // SIGKILL; what it said before is still in the pipe
		}
	}
	if err := victim.Wait(); err == nil || len(acknowledged) < 100 {
		t.Fatalf("the process ended by itself after %d rows: %v", len(acknowledged), err)
	}
	return acknowledged
}
