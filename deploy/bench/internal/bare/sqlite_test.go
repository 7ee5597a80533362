package bare_test

import (
	"path/filepath"
	"testing"

	"crm.example/deploy/bench/internal/bare"
)

func TestEachOperationWorks(t *testing.T) {
	t.Parallel()
	tickets, err := bare.OpenTickets(t.Context(), filepath.Join(t.TempDir(), "bare.db"), 3, 30, 2)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = tickets.Close() })
	for n := range int64(10) {
		for _, op := range tickets.Operations() {
			if err := op.Do(t.Context(), n); err != nil {
				t.Errorf("%s: %v", op.Name, err)
			}
		}
	}
}
