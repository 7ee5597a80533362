//go:build chaos

package outage_test

import (
	"slices"
	"testing"
	"time"

	"crm.example/e2e/chaos/outage"
)

// median is what half of them took at most; of two, the shorter time.
func median(took []time.Duration) time.Duration {
	if len(took) == 0 {
		return 0
	}
	return slices.Sorted(slices.Values(took))[(len(took)-1)/2]
}

// wantTypical wants half of the answers of each cell, and of the recoveries, in the time that is stated: a machine that is
// busy makes one answer slow and not most, so these have no slack. A cell with one answer has no median.
func (s *suite) wantTypical(t *testing.T, f outage.Fault) {
	t.Helper()
	for cell, took := range s.took {
		stated := cell.State().Within
		if typical := median(took); cell.Engine == f.Engine && cell.Kind == f.Kind && len(took) > 1 && typical > stated {
			t.Errorf("%s (revoked token: %v) with %s %s took %s, the median of %d answers; stated is %s", cell.Route.Title(), cell.Revoked, cell.Engine, cell.Kind, typical, len(took), stated)
		}
	}
	if typical := median(s.recovered[f]); typical > outage.Recovery {
		t.Errorf("half of the routes took %s or longer to recover from %s %s", typical, f.Engine, f.Kind)
	}
}
