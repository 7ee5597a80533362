package sqlite_test

import (
	"context"
	"database/sql"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"crm.example/pkg/sqlite"
)

// BenchmarkWrite is one small row with its event per operation, durable when it returns.
func BenchmarkWrite(b *testing.B) {
	for _, writers := range []int{1, 16} {
		b.Run(fmt.Sprintf("writers=%d", writers), func(b *testing.B) {
			db, err := sqlite.Open(b.Context(), b.TempDir()+"/bench.db", schema)
			if err != nil {
				b.Fatal(err)
			}
			b.Cleanup(func() { _ = db.Close() })
			var n atomic.Int64
			var wg sync.WaitGroup
			b.ResetTimer()
			for range writers {
				wg.Go(func() {
					for i := n.Add(1); i <= int64(b.N); i = n.Add(1) {
						id := fmt.Sprint(i)
						err := db.Write(b.Context(), func(ctx context.Context, tx *sql.Tx) error {
							if err := addNote(id)(ctx, tx); err != nil {
								return err
							}
							return sqlite.Announce(b.Context(), tx, message("doc", id))
						})
						if err != nil {
							b.Error(err)
							return
						}
					}
				})
			}
			wg.Wait()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "writes/s")
		})
	}
}
