//go:build chaos

package events_test

import (
	"context"
	"errors"
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
// one goes on beside it. Half of the writers ask the services themselves: the gateway spares one that has failed for a while.
func (r *rig) killed(point string) func(*testing.T) {
	return func(t *testing.T) {
		rounds := times()
		r.direct = true
		defer func() { r.direct = false }()
		o := r.during(t, func() {
			service := r.Service("ticket", 0)
			for range rounds {
				if !r.crash(t, service, point, 1+rand.N(mostPasses)) {
					return
				}
			}
			r.restart(t, service)
		})
		r.note("kill -9, "+named[point], rounds, o)
	}
}

// crash has the service start and end when it gets to the point for that time, and nothing else end it.
func (r *rig) crash(t *testing.T, service *target.Process, point string, pass int) bool {
	t.Helper()
	service.Kill()
	service.With(fmt.Sprintf("CRM_CRASH_AT=%s:%d", point, pass))
	if err := service.Start(); err != nil && (service.Running() || errors.Is(err, target.ErrPortTaken)) {
		t.Fatal(err)
	} // or it has ended again before it took a connection
	select {
	case <-service.Ended():
	case <-time.After(crashWithin):
		t.Errorf("%s was not reached in %s", point, crashWithin)
		return false
	}
	if !service.Killed() {
		t.Errorf("it ended before it reached %s", point)
	}
	return service.Killed()
}

// times is how often each point is crashed at; TIMES sets another number than that of the form.
func times() int {
	if n, err := strconv.Atoi(os.Getenv("TIMES")); err == nil && n > 0 {
		return n
	}
	return of(10, 1000)
}

// restart has a service run with these settings over its own, and waits until it is ready.
func (r *rig) restart(t *testing.T, service *target.Process, settings ...string) {
	t.Helper()
	service.Kill()
	service.With(settings...)
	ctx, cancel := context.WithTimeout(t.Context(), readyWithin)
	defer cancel()
	if err := service.Start(); err != nil {
		t.Fatal(err)
	}
	if err := service.Ready(ctx); err != nil {
		t.Fatal(err)
	}
}

var named = map[string]string{
	crash.BeforeWrite: "before the write", crash.AfterWrite: "after the write", crash.BeforePublish: "before the event is published",
	crash.InsideBatch: "inside a batch of events", crash.AfterPublish: "after publishing, before the acknowledgement",
	crash.BeforeRemoval: "after the acknowledgement, before the removal",
}
