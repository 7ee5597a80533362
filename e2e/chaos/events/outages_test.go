//go:build chaos

package events_test

import (
	"testing"
	"time"

	"crm.example/e2e/target"
)

// natsStopped is away for a minute, or in CI for 10 s: no request fails for it, and the events come afterwards, in order.
func (r *rig) natsStopped(t *testing.T) {
	away := of(10*time.Second, time.Minute)
	o := r.during(t, func() {
		nats := r.Engine(target.NATS)
		time.Sleep(time.Second)
		if err := nats.Stop(); err != nil {
			t.Log(err) // how an engine ends is not the subject
		}
		time.Sleep(away)
		if err := nats.Start(); err != nil {
			t.Fatal(err)
		}
	})
	if o.failed > 0 {
		t.Errorf("%d requests failed", o.failed)
	}
	r.note("NATS stopped for "+away.String()+" under load", 1, o)
}

// natsKilled is killed again and again, and comes back with its disk.
func (r *rig) natsKilled(t *testing.T) {
	rounds := of(3, 50)
	o := r.during(t, func() {
		nats := r.Engine(target.NATS)
		for range rounds {
			time.Sleep(time.Second)
			nats.Kill()
			if err := nats.Start(); err != nil {
				t.Fatal(err)
			}
		}
	})
	if o.failed > 0 {
		t.Errorf("%d requests failed", o.failed)
	}
	r.note("NATS killed and started again with its disk", rounds, o)
}
