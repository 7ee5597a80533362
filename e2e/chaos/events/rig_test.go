//go:build chaos

package events_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"crm.example/e2e/crm"
	"crm.example/e2e/target"
	"crm.example/pkg/events"
	"crm.example/pkg/finding"
)

// writers is how many clients write at once.
const writers = 8

// settings keep the machine for what is tested: cheap hashes, and no outage because a busy machine let a call to the registry wait.
var settings = []string{
	"AUTH_BCRYPT_COST=10", "AUTH_REGISTRY_TIMEOUT=2s", "TICKET_REGISTRY_TIMEOUT=2s",
	"AUTH_LOGIN_PER_ADDRESS=1000000", "AUTH_SIGN_UP_PER_ADDRESS=1000000", "TICKET_OPEN_PER_CLIENT=1000000", "TICKET_REPLIES_PER_CLIENT=1000000",
}

// short says that CI asks, which has minutes.
func short() bool { return os.Getenv("SHORT") != "" }

// of is a number in the short form and in the long one.
func of[T any](inCI, long T) T {
	if short() {
		return inCI
	}
	return long
}

// rig is a deployment on one of the stores, with a consumer that hears everything.
type rig struct {
	*target.Deployment
	store    string
	replicas int       // of each service
	people   []*person // who write
	consumer *consumer
	begin    uint64   // where in the stream the present fault began
	rows     []string // of the report
	direct   bool     // half of the writers ask the ticket services themselves
}

// deploy starts the services on MongoDB, two of each, or on SQLite, whose file has one process. They can be told where to crash.
func deploy(t *testing.T, store string) *rig {
	t.Helper()
	folder := t.TempDir()
	plan := target.Plan{Replicas: 2, Settings: settings, Build: []string{"-tags=chaos"}}
	if store == "SQLite" {
		plan.Replicas = 1
		plan.Settings = append([]string{
			"AUTH_STORE_URL=sqlite:" + filepath.Join(folder, "auth.db"), "TICKET_STORE_URL=sqlite:" + filepath.Join(folder, "ticket.db"),
		}, settings...)
	}
	d, err := target.Deploy(folder, plan)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = d.Stop()
		if t.Failed() {
			t.Log(d.Log())
		}
	})
	r := &rig{Deployment: d, store: store, replicas: plan.Replicas, consumer: consume(t, d.NATSURL, (*consumer).tickets)}
	for n := range writers {
		r.people = append(r.people, newPerson(d.BaseURL, crm.New(t, d.Target).SignUpClient(fmt.Sprint("Writer ", n))))
	}
	return r
}

// during lets clients write while fault happens and a little longer, waits until everything has been announced, and audits it.
func (r *rig) during(t *testing.T, fault func()) outcome {
	t.Helper()
	l := newLedger()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var writing sync.WaitGroup
	r.begin = r.end(t, events.TicketStream) + 1
	begun := time.Now()
	for n, p := range r.people {
		w := &writer{doors: r.doors(n), person: p, ledger: l, name: fmt.Sprint("writer ", n), http: &http.Client{Transport: &http.Transport{}}}
		w.refused = func(err error) { t.Error(err) }
		writing.Go(func() { w.run(ctx, w.life) })
	}
	fault()
	time.Sleep(time.Second)
	stop()
	writing.Wait()
	wrote := time.Since(begun)
	o := outcome{audit: r.settle(t, l), wrote: wrote, settled: time.Since(begun) - wrote}
	o.tries, o.failed = l.requests()
	t.Logf("%s; %d requests, %d failed; wrote for %s, settled in %s", o.audit, o.tries, o.failed, wrote.Round(time.Second), o.settled.Round(time.Second))
	if o.audit.wrong() > 0 {
		finding.Errorf(t, "on %s: %s", r.store, o.audit)
	}
	return o
}

// doors are where a writer asks.
func (r *rig) doors(writer int) []string {
	if !r.direct || writer%2 == 0 {
		return []string{r.BaseURL}
	}
	return r.replicasOf("ticket")
}

func (r *rig) replicasOf(service string) (urls []string) {
	for replica := range r.replicas {
		urls = append(urls, r.Service(service, replica).BaseURL())
	}
	return urls
}

// outcome is what a fault led to.
type outcome struct {
	audit
	tries, failed  int
	wrote, settled time.Duration
}

// How long the last event may take, and for how long nothing may come after it: two sweeps.
const (
	settleWithin = 60 * time.Second
	quiet        = 3 * time.Second
)

// settle waits until each acknowledged change is announced and handed over, then for as long as anything more could come.
func (r *rig) settle(t *testing.T, l *ledger) (a audit) {
	t.Helper()
	for begun := time.Now(); time.Since(begun) < settleWithin; time.Sleep(200 * time.Millisecond) {
		if a = r.audit(t, l); a.Silent+a.Unheard == 0 {
			break
		}
	}
	time.Sleep(quiet)
	a = r.audit(t, l)
	a.Stale = r.stale(t)
	return a
}
