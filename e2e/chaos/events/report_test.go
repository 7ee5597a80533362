//go:build chaos

package events_test

import (
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"crm.example/e2e/target"
	"crm.example/pkg/pagetest"
)

const page = "../../../docs/durability.md"

// note makes a row of what came of a fault.
func (r *rig) note(fault string, rounds int, o outcome) {
	r.rows = append(r.rows, fmt.Sprintf("| %s | %d | %d | %d | %d | %d | %d | %d | %d | %d |",
		fault, rounds, o.Changes, o.Events, o.Silent, o.Unfounded, o.Disordered, o.Stale, o.Twice, o.Unheard))
}

// report logs what came of the faults on one store, and writes it into the page where that is asked for. The page has the long
// form only, and keeps the rows of faults that were left out this time.
func (r *rig) report(t *testing.T) {
	t.Helper()
	t.Log("\n" + r.table(t, r.rows))
	if os.Getenv("UPDATE_DOCS") != "" && !short() && !t.Failed() {
		pagetest.Part(t, page, r.store, "\n"+r.table(t, merged(r.written(t), r.rows))+"\n")
	}
}

func (r *rig) table(t *testing.T, rows []string) string {
	t.Helper()
	return r.servers(t) + "\n\n| fault | times | changes acknowledged | their events | without event | event without change | out of order | ticket not as announced | handed over twice | not handed over |\n" +
		"|---|---|---|---|---|---|---|---|---|---|\n" + strings.Join(rows, "\n") + "\n"
}

// written are the rows that the page has.
func (r *rig) written(t *testing.T) (rows []string) {
	t.Helper()
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	_, part, _ := strings.Cut(string(text), "<!-- "+r.store+":")
	part, _, _ = strings.Cut(part, "<!-- /"+r.store)
	for line := range strings.Lines(part) {
		if strings.HasPrefix(line, "| ") && !strings.HasPrefix(line, "| fault ") {
			rows = append(rows, strings.TrimSpace(line))
		}
	}
	return rows
}

// merged has each fault once, as the later rows tell it.
func merged(rows, later []string) []string {
	fault := func(row string) string { return strings.Split(row, " | ")[0] }
	for _, row := range later {
		if i := slices.IndexFunc(rows, func(is string) bool { return fault(is) == fault(row) }); i >= 0 {
			rows[i] = row
		} else {
			rows = append(rows, row)
		}
	}
	return rows
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
