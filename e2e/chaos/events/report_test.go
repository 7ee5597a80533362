//go:build chaos

package events_test

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"crm.example/e2e/target"
	"crm.example/pkg/pagetest"
)

// report collects what goes into docs/durability.md.
var report struct {
	sync.Mutex
	servers string
	rows    []string
}

func (r *rig) note(fault string, rounds int, o outcome) {
	report.Lock()
	defer report.Unlock()
	report.rows = append(report.rows, fmt.Sprintf("| %s | %s | %d | %d | %d | %d | %d | %d | %d | %d | %d |",
		fault, r.store, rounds, o.Changes, o.Events, o.Silent, o.Unfounded, o.Disordered, o.Stale, o.Twice, o.Unheard))
}

// table is the generated part of the page.
func table() string {
	return report.servers + "\n\n| fault | store | times | changes acknowledged | their events | without event | event without change | out of order | ticket not as announced | handed over twice | not handed over |\n" +
		"|---|---|---|---|---|---|---|---|---|---|---|\n" + strings.Join(report.rows, "\n") + "\n"
}

// meet notes what the services ran on, in the servers' own words.
func (r *rig) meet(t *testing.T) {
	t.Helper()
	mongod, err := exec.Command(target.MongoDB, "--version").Output()
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(mongod), "\n")
	report.servers = fmt.Sprintf("MongoDB: `mongod --version` says %q. NATS: nats-server %s, `sync_interval: always`. SQLite: modernc.org/sqlite, one process.",
		first, jetStream(t, r.NATSURL).Conn().ConnectedServerVersion())
}

const page = "../../../docs/durability.md"

// writePage writes what was measured where that is asked for.
func writePage(t *testing.T) {
	t.Helper()
	if os.Getenv("UPDATE_DOCS") != "" && !t.Failed() {
		pagetest.Part(t, page, "durability", "\n"+table()+"\n")
	}
}
