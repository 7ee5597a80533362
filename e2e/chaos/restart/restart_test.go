//go:build chaos

package restart_test

import (
	"context"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"crm.example/e2e/crm"
	"crm.example/e2e/target"
	"crm.example/pkg/finding"
)

// What is run: as many clients as browsers would be for this load, and how often each service restarts in the long and in the short form.
const (
	clients     = 100
	longRounds  = 100
	shortRounds = 5
	readyWithin = 20 * time.Second
)

// settings keep the machine for what is tested: cheap hashes, and no outage because a busy machine let a call to the registry wait.
var settings = []string{"AUTH_BCRYPT_COST=10", "AUTH_REGISTRY_TIMEOUT=2s", "TICKET_REGISTRY_TIMEOUT=2s", "TICKET_OPEN_PER_CLIENT=1000000", "TICKET_REPLIES_PER_CLIENT=1000000"}

// Two replicas each of gateway, auth and ticket restart in turn under load: no request fails, and no ticket or reply is lost or there twice.
func TestRollingRestarts(t *testing.T) {
	target.Demand(t, "rolling restarts")
	d, err := target.Deploy(t.TempDir(), target.Plan{Replicas: 2, Settings: settings})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Stop(); err != nil {
			t.Error(err)
		}
		if t.Failed() {
			t.Log(d.Log())
		}
	})
	ledger := newLedger()
	l := newLoad(signUp(t, d, ledger))
	begun := time.Now()
	l.begin()
	restarts := map[string][]time.Duration{}
	for _, service := range []string{"gateway", "auth", "ticket"} {
		l.phase.Store(service)
		for round := 0; round < rounds() && !t.Failed(); round++ {
			took, err := restart(d.Service(service, round%2))
			if err != nil {
				t.Error(err)
			}
			restarts[service] = append(restarts[service], took)
		}
	}
	l.end()
	report(t, l, ledger, restarts, time.Since(begun))
}

// rounds is how often each service restarts; TIMES sets another number than that of the form.
func rounds() int {
	if n, err := strconv.Atoi(os.Getenv("TIMES")); err == nil && n > 0 {
		return n
	}
	if os.Getenv("SHORT") != "" {
		return shortRounds
	}
	return longRounds
}

// restart is what a deployment does with one replica after the other: end it, start it, and wait until it says that it is ready.
func restart(p *target.Process) (time.Duration, error) {
	begun := time.Now()
	if err := p.Stop(); err != nil {
		return 0, err
	}
	if err := p.Start(); err != nil {
		return 0, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), readyWithin)
	defer cancel()
	return time.Since(begun), p.Ready(ctx)
}

// signUp makes the clients, each with a ticket to read and reply to.
func signUp(t *testing.T, d *target.Deployment, l *ledger) (people []*person) {
	t.Helper()
	ways := newDoors(d.Gateways())
	for n := range clients {
		one := crm.New(t, d.Target).SignUpClient(fmt.Sprint("Client ", n+1))
		p := &person{doors: ways, ledger: l, tokens: one.Tokens}
		if err := p.open(fmt.Sprint("First ticket of client ", n+1), ""); err != nil {
			t.Fatal(err)
		}
		people = append(people, p)
	}
	return people
}

// report prints the figures, and fails if one that must be 0 is not.
func report(t *testing.T, l *load, ledger *ledger, restarts map[string][]time.Duration, took time.Duration) {
	t.Helper()
	found := map[string]int{}
	for _, p := range l.people {
		if err := p.found(found); err != nil {
			t.Fatal(err)
		}
	}
	a := ledger.compare(found)
	failed := 0
	for _, n := range l.failures {
		failed += n
	}
	t.Logf("%d requests in %s (%d a second), %d failed %v; p50 %s, p99 %s; %d tried again at the other gateway",
		l.sent.Load(), took.Round(time.Second), perSecond, failed, l.failures, l.quantile("", 0.5), l.quantile("", 0.99), l.people[0].doors.retries.Load())
	for _, service := range slices.Sorted(maps.Keys(restarts)) {
		times := restarts[service]
		t.Logf("%d restarts of %s, %s each; meanwhile p50 %s, p99 %s", len(times), service, mean(times), l.quantile(service, 0.5), l.quantile(service, 0.99))
	}
	t.Logf("%d changes acknowledged: %d lost, %d doubled", a.acknowledged, a.lost, a.doubled)
	if failed > 0 {
		t.Errorf("%d requests failed: %q", failed, l.examples)
	}
	if a.lost+a.doubled > 0 {
		finding.Errorf(t, "the client's ledger and the tickets differ: %+v", a)
	}
}

func mean(times []time.Duration) (sum time.Duration) {
	for _, took := range times {
		sum += took
	}
	return (sum / time.Duration(len(times))).Round(10 * time.Millisecond)
}
