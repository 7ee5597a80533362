//go:build chaos

package events_test

import (
	"testing"

	"crm.example/e2e/target"
	"crm.example/pkg/crash"
)

// Whatever happens to processes, what clients were told is announced: each change once, in order.
func TestEvents(t *testing.T) {
	target.Demand(t, "events through crashes")
	for _, store := range []string{"SQLite", "MongoDB"} {
		t.Run(store, func(t *testing.T) {
			r := deploy(t, store)
			t.Run("nothing", func(t *testing.T) { r.note("none", 1, r.during(t, func() {})) })
			t.Run("NATS stopped", r.natsStopped)
			t.Run("NATS killed", r.natsKilled)
			t.Run("consumers fail", r.consumersFail)
			t.Run("listeners leave", r.listenersLeave)
			if r.replicas > 1 {
				t.Run("relay paused", r.relayPaused)
			}
			for _, point := range crash.Points { // last: they leave many tickets, which all else would have to list
				t.Run("killed "+point, r.killed(point))
			}
			t.Run("auth killed", r.authKilled)
			r.report(t)
		})
	}
}
