package ticket

import (
	"context"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"
)

// vacuumed notes in which hours a store was told that it is a quiet one.
type vacuumed struct {
	storage
	quiet []int
	calls int
}

func (v *vacuumed) Vacuum(_ context.Context, quiet bool) error {
	if v.calls++; quiet {
		v.quiet = append(v.quiet, time.Now().Local().Hour())
	}
	return nil
}

// The store is asked every minute, and may take its time in the hour that is set.
func TestVacuumHour(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		store := &vacuumed{}
		s := &Service{cfg: Config{VacuumHour: 5}, store: store, log: slog.New(slog.DiscardHandler)}
		ctx, cancel := context.WithTimeout(t.Context(), 24*time.Hour-time.Second)
		defer cancel()
		s.keepVacuumed(ctx)
		if store.calls != 24*60 || len(store.quiet) != 60 || store.quiet[0] != 5 || store.quiet[59] != 5 {
			t.Errorf("in a day it was asked %d times, in the quiet hours %v", store.calls, store.quiet)
		}
	})
}
