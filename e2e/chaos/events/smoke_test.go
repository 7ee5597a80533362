//go:build chaos

package events_test

import (
	"testing"
	"time"

	"crm.example/e2e/target"
	"crm.example/pkg/crash"
)

// gone is how long each engine is away.
const gone = 2 * time.Second

// TestSmoke is what CI has the minutes for. Under load each engine is away once, each process is killed and started again once,
// and a ticket service is killed once at each of the six points. Then the ledger is held against tickets, stream and consumer.
func TestSmoke(t *testing.T) {
	target.Demand(t, "a smoke of faults")
	r := deploy(t, "MongoDB")
	r.direct = true // the gateway spares a service that has failed for a while
	faults := []struct {
		name string
		make func(*testing.T)
	}{{"engines", r.enginesAway}, {"processes", r.processesKilled}, {"points", r.pointsOnce}}
	for _, fault := range faults {
		t.Run(fault.name, func(t *testing.T) { r.during(t, func() { fault.make(t) }) })
	}
}

func (r *rig) enginesAway(t *testing.T) {
	for _, name := range []string{target.MongoDB, target.Redis, target.NATS} {
		engine := r.Engine(name)
		if err := engine.Stop(); err != nil {
			t.Log(err) // how an engine ends is not the subject
		}
		time.Sleep(gone)
		if err := engine.Start(); err != nil {
			t.Fatal(err)
		}
	}
}

func (r *rig) processesKilled(t *testing.T) {
	for _, service := range []string{"gateway", "auth", "ticket"} {
		for replica := range r.replicas {
			r.restart(t, r.Service(service, replica))
		}
	}
}

func (r *rig) pointsOnce(t *testing.T) {
	service := r.Service("ticket", 0)
	for _, point := range crash.Points {
		if !r.crash(t, service, point, 1) {
			return
		}
	}
	r.restart(t, service)
}
