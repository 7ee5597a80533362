//go:build chaos

package events_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	"crm.example/e2e/target"
	"crm.example/pkg/crash"
)

const (
	crashWithin = 30 * time.Second
	readyWithin = 20 * time.Second
	mostPasses  = 10 // how often a point is passed before the crash, at most
)

// killed has a ticket service end at a point as kill -9 does, over and over, each time after some more changes. On MongoDB another
// one goes on beside it.
func (r *rig) killed(point string) func(*testing.T) {
	return func(t *testing.T) {
		rounds := times()
		o := r.during(t, func() {
			service := r.Service("ticket", 0)
			for range rounds {
				service.Kill()
				service.With(fmt.Sprintf("CRM_CRASH_AT=%s:%d", point, 1+rand.N(mostPasses)))
				r.begun(t, service)
				select {
				case <-service.Ended():
				case <-time.After(crashWithin):
					t.Errorf("%s was not reached in %s", point, crashWithin)
					return
				}
			}
			service.With()
			r.begun(t, service)
			r.ready(t, service)
		})
		r.note("kill -9, "+named[point], rounds, o)
	}
}

// times is how often each point is crashed at; TIMES sets another number than that of the form.
func times() int {
	if n, err := strconv.Atoi(os.Getenv("TIMES")); err == nil && n > 0 {
		return n
	}
	return of(10, 1000)
}

// begun starts a process that may have ended again before it took a connection.
func (r *rig) begun(t *testing.T, p *target.Process) {
	t.Helper()
	if err := p.Start(); err != nil && p.Running() {
		t.Fatal(err)
	}
}

func (r *rig) ready(t *testing.T, p *target.Process) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), readyWithin)
	defer cancel()
	if err := p.Ready(ctx); err != nil {
		t.Fatal(err)
	}
}

var named = map[string]string{
	crash.BeforeWrite: "before the write", crash.AfterWrite: "after the write", crash.BeforePublish: "before the event is published",
	crash.InsideBatch: "inside a batch of events", crash.AfterPublish: "after publishing, before the acknowledgement",
	crash.BeforeRemoval: "after the acknowledgement, before the removal",
}
