//go:build chaos

package events_test

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"crm.example/e2e/target"
	"crm.example/pkg/pagetest"
)

const page = "../../../docs/durability.md"

func (r *rig) note(fault string, rounds int, o outcome) {
	r.rows = append(r.rows, fmt.Sprintf("| %s | %d | %d | %d | %d | %d | %d | %d | %d | %d |",
		fault, rounds, o.Changes, o.Events, o.Silent, o.Unfounded, o.Disordered, o.Stale, o.Twice, o.Unheard))
}

// report logs what came of the faults on one store, and writes it into the page where that is asked for. The page has the long form only.
func (r *rig) report(t *testing.T) {
	t.Helper()
	table := r.servers(t) + "\n\n| fault | times | changes acknowledged | their events | without event | event without change | out of order | ticket not as announced | handed over twice | not handed over |\n" +
		"|---|---|---|---|---|---|---|---|---|---|\n" + strings.Join(r.rows, "\n") + "\n"
	t.Log("\n" + table)
	if os.Getenv("UPDATE_DOCS") != "" && !short() && !t.Failed() {
		pagetest.Part(t, page, r.store, "\n"+table+"\n")
	}
}

// servers are what the services ran on, in the servers' own words.
func (r *rig) servers(t *testing.T) string {
	t.Helper()
	on := "modernc.org/sqlite, one process"
	if r.store == "MongoDB" {
		mongod, err := exec.Command(target.MongoDB, "--version").Output()
		if err != nil {
			t.Fatal(err)
		}
		first, _, _ := strings.Cut(string(mongod), "\n")
		on = fmt.Sprintf("`mongod --version` says %q; two processes of each service", first)
	}
	return fmt.Sprintf("%s: %s. NATS: nats-server %s, `sync_interval: always`.", r.store, on, jetStream(t, r.NATSURL).Conn().ConnectedServerVersion())
}
