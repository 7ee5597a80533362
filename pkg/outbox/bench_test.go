package outbox_test

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"crm.example/pkg/events"
	"crm.example/pkg/outbox"
	"crm.example/pkg/sqlite"
	"crm.example/pkg/testenv"
)

// BenchmarkRelay is one relay from an outbox on disk to a server that syncs always, an outage behind it. Beside it, the
// same events published one after the other, each waited for.
func BenchmarkRelay(b *testing.B) {
	b.Run("batches", func(b *testing.B) {
		js, box := benchStream(b), benchOutbox(b, b.N)
		relay := outbox.NewRelay(js, events.TicketStream, box, slog.New(slog.DiscardHandler))
		ctx, cancel := context.WithCancel(b.Context())
		b.ResetTimer()
		go func() {
			for left := 1; left > 0; time.Sleep(5 * time.Millisecond) {
				waiting, _ := box.Waiting(ctx, time.Now(), 1)
				left = len(waiting)
			}
			cancel()
		}()
		_ = relay.Run(ctx)
		report(b)
	})
	b.Run("singles", func(b *testing.B) {
		js := benchStream(b)
		b.ResetTimer()
		for i := range b.N {
			m := benchEvent(i)
			if _, err := js.Publish(b.Context(), m.Subject, m.Body, jetstream.WithMsgID(m.ID)); err != nil {
				b.Fatal(err)
			}
		}
		report(b)
	})
}

func report(b *testing.B) {
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
}

func benchStream(b *testing.B) jetstream.JetStream {
	return streamOn(b, testenv.StartNATS(b, b.TempDir(), testenv.FreeAddress(b)))
}

// benchEvent is one of five of each ticket, of 1 KB.
func benchEvent(i int) events.Message { return eventOf(fmt.Sprintf("ticket-%09d", i/5), 1+i%5, 700) }

func benchOutbox(b *testing.B, n int) *sqlite.DB {
	db, err := sqlite.Open(b.Context(), filepath.Join(b.TempDir(), "outbox.db"), nil)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = db.Close() })
	err = db.Write(b.Context(), func(ctx context.Context, tx *sql.Tx) error {
		for i := range n {
			if err := sqlite.Announce(b.Context(), tx, benchEvent(i)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	return db
}
