//go:build chaos

package events_test

import (
	"fmt"
	"testing"
	"time"

	"crm.example/e2e/target"
	"crm.example/pkg/crash"
	"crm.example/pkg/events"
)

const (
	window    = 200 * time.Millisecond // what the stream is told to remember ids for: so little that only the fence keeps repeats out
	asleep    = time.Second
	stopEvery = 10 // times that a relay gets to the point
)

// pausedAt are the points of a relay's work.
var pausedAt = []string{crash.BeforePublish, crash.InsideBatch, crash.AfterPublish, crash.BeforeRemoval}

// relayPaused has one of two ticket services hold still in the middle of its relay's work, for much longer than the stream's
// duplicate window. What it has in hand it goes on with after the other has published it; and what a client sent it and sent
// again to the other one, it carries out late.
func (r *rig) relayPaused(t *testing.T) {
	pauses := of(1, 50)
	o := r.during(t, func() {
		for n, point := range pausedAt {
			sleeper, other := r.Service("ticket", n%2), r.Service("ticket", 1-n%2)
			r.restart(t, other, "CRM_DUPLICATES="+window.String())
			r.restart(t, sleeper, "CRM_DUPLICATES="+window.String(), fmt.Sprintf("CRM_STOP_AT=%s:%d", point, stopEvery))
			for range pauses {
				r.sleep(t, sleeper, point)
			}
		}
	})
	for replica := range r.replicas {
		r.restart(t, r.Service("ticket", replica))
	}
	r.note(fmt.Sprintf("one of two relays stopped for %s in the middle of its work, duplicate window %s", asleep, window), len(pausedAt)*pauses, o)
}

// sleep waits until the service holds still, and lets it go on after the stream has forgotten what it had published.
func (r *rig) sleep(t *testing.T, service *target.Process, point string) {
	t.Helper()
	for begun := time.Now(); !service.Frozen(); time.Sleep(time.Millisecond) {
		if time.Since(begun) > crashWithin || !service.Running() {
			t.Fatalf("it did not stop at %s in %s", point, crashWithin)
		}
	}
	time.Sleep(asleep)
	stream, err := jetStream(t, r.NATSURL).Stream(t.Context(), events.TicketStream)
	if err != nil {
		t.Fatal(err)
	}
	if is := stream.CachedInfo().Config.Duplicates; is != window {
		t.Errorf("the stream remembers ids for %s, not %s", is, window)
	}
	if err := service.Thaw(); err != nil {
		t.Fatal(err)
	}
}
