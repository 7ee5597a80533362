package sqlitestore_test

import (
	"path/filepath"
	"testing"

	"crm.example/services/ticket/internal/announce"
	"crm.example/services/ticket/internal/store/sqlitestore"
	"crm.example/services/ticket/internal/store/storetest"
)

func BenchmarkGrowth(b *testing.B) {
	storetest.Growth(b, func(b *testing.B) storetest.Store {
		s, err := sqlitestore.Open(b.Context(), filepath.Join(b.TempDir(), "ticket.db"), announce.Message)
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { _ = s.Close() })
		return s
	})
}
