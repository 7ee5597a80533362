package bare_test

import (
	"path/filepath"
	"testing"

	"crm.example/deploy/bench/internal/bare"
)

func TestEachOperationWorks(t *testing.T) {
	t.Parallel()
	db, err := bare.OpenSQLite(t.Context(), filepath.Join(t.TempDir(), "bare.db"), 3, 30)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	for range 10 {
		for _, op := range db.Operations() {
			if err := op.Do(t.Context()); err != nil {
				t.Errorf("%s: %v", op.Name, err)
			}
		}
	}
}
