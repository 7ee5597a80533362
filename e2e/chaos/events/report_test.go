//go:build chaos

package events_test

import (
	"fmt"
	"strings"
	"sync"
)

// report collects what goes into docs/durability.md.
var report struct {
	sync.Mutex
	rows []string
}

func (r *rig) note(fault string, rounds int, o outcome) {
	report.Lock()
	defer report.Unlock()
	report.rows = append(report.rows, fmt.Sprintf("| %s | %s | %d | %d | %d | %d | %d | %d | %d | %d | %d |",
		fault, r.store, rounds, o.Changes, o.Events, o.Silent, o.Unfounded, o.Disordered, o.Stale, o.Twice, o.Unheard))
}

func table() string {
	return "| fault | store | times | changes acknowledged | their events | without event | event without change | out of order | ticket not as announced | handed over twice | not handed over |\n" +
		"|---|---|---|---|---|---|---|---|---|---|---|\n" + strings.Join(report.rows, "\n") + "\n"
}
