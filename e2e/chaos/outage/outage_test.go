//go:build chaos

package outage_test

import (
	"os"
	"sync"
	"testing"
	"time"

	"crm.example/e2e/chaos/fault"
	"crm.example/e2e/chaos/outage"
	"crm.example/e2e/target"
)

// settings let the suite work from one address, with cheap hashes. Every timeout is the default.
var settings = []string{
	"AUTH_BCRYPT_COST=10", "AUTH_LOGIN_PER_ADDRESS=1000000", "AUTH_SIGN_UP_PER_ADDRESS=1000000", "TICKET_OPEN_PER_CLIENT=1000000", "TICKET_REPLIES_PER_CLIENT=1000000", "AUTH_RESET_PER_ADDRESS=1000000",
}

// lasts is how long each fault does, at least; an answer under way is waited for. Where answers get lost, it is longer than the
// services wait for the one of NATS, so that they publish again.
func lasts(kind fault.Kind) time.Duration {
	if os.Getenv("SHORT") != "" && kind != fault.Mute {
		return 3 * time.Second
	}
	return 10 * time.Second
}

// suite is a deployment with a proxy before each engine, and what was seen of it.
type suite struct {
	*target.Deployment
	proxies map[string]*fault.Proxy
	ledger  *ledger

	mu        sync.Mutex
	seen      outage.Measured
	took      map[outage.Cell][]time.Duration  // all its answers
	recovered map[outage.Fault][]time.Duration // all its routes
	asked     int                              // answers that no fault had a part in
	denied    int                              // of them, 503
	clock     clock
}

// Every engine has every fault in turn, and each route answers what the table says.
func TestOutages(t *testing.T) {
	target.Demand(t, "outages of MongoDB, Redis and NATS")
	s := deploy(t)
	s.wantEveryOperation(t)
	for _, engine := range outage.Engines {
		for _, kind := range fault.Kinds {
			t.Run(engine+"/"+string(kind), func(t *testing.T) { s.take(t, engine, kind) })
		}
	}
	s.ledger.audit(t)
	s.wantFewDenied(t)
	t.Log(outage.Page(s.seen))
	s.wantFewGoroutines(t)
	if os.Getenv("UPDATE_DOCS") != "" && !t.Failed() {
		writePage(t, s.seen)
	}
}

func deploy(t *testing.T) *suite {
	t.Helper()
	s := &suite{
		proxies: map[string]*fault.Proxy{}, took: map[outage.Cell][]time.Duration{}, recovered: map[outage.Fault][]time.Duration{},
		seen: outage.Measured{
			Answers: map[outage.Cell]time.Duration{}, Recovery: map[outage.Fault]time.Duration{}, Events: map[outage.Fault]time.Duration{},
		},
	}
	before := func(engine, address string) (string, error) {
		p, err := fault.New(address)
		if err != nil {
			return "", err
		}
		s.proxies[engine] = p
		return p.Addr(), nil
	}
	var err error
	if s.Deployment, err = target.Deploy(t.TempDir(), target.Plan{Settings: settings, Front: before}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Stop(); err != nil {
			t.Error(err)
		}
		if t.Failed() {
			t.Log(s.Log())
		}
	})
	s.ledger = newLedger(t, s.NATSURL)
	s.clock.watch(t)
	return s
}

// take lets the engine have the fault while all routes are asked, over and over, and then ends it.
func (s *suite) take(t *testing.T, engine string, kind fault.Kind) {
	c := s.cast(t)
	feed := c.listen(t)
	before := s.pile(t)
	s.proxies[engine].Most()
	probes := c.probes()
	if err := s.proxies[engine].Set(kind); err != nil {
		t.Fatal(err)
	}
	until := time.Now().Add(lasts(kind))
	var asking sync.WaitGroup
	for _, p := range probes {
		asking.Go(func() {
			s.during(t, outage.Cell{Route: p.route, Engine: engine, Kind: kind, Revoked: p.revoked}, p, until)
		})
	}
	asking.Wait()
	if err := s.proxies[engine].Set(fault.None); err != nil {
		t.Fatal(err)
	}
	this, ended := outage.Fault{Engine: engine, Kind: kind}, time.Now()
	for _, p := range probes {
		asking.Go(func() { s.recovers(t, this, p, ended) })
	}
	asking.Wait()
	s.seen.Recovery[this] = time.Since(ended)
	s.wantTypical(t, this)
	again := time.Now()
	s.ledger.settle(t)
	s.seen.Events[this] = time.Since(again)
	patiently(t, c.check)
	feed.check(t, engine)
	s.wantNoPile(t, engine, before)
}

// has tells whether the contract has the route, or a service by itself.
func (s *suite) has(r outage.Route) bool {
	method, path, _ := cut(r.Name)
	item := s.Contract.Document.Paths.Value(path)
	return r.Of != "" || item != nil && item.GetOperation(method) != nil
}

// wantEveryOperation fails when the contract has an operation that the table leaves out.
func (s *suite) wantEveryOperation(t *testing.T) {
	t.Helper()
	stated := map[string]bool{}
	for _, r := range outage.Routes {
		stated[r.Name] = true
	}
	for path, item := range s.Contract.Document.Paths.Map() {
		for method := range item.Operations() {
			if !stated[method+" "+path] {
				t.Errorf("%s %s is in the contract, and not in the table of outages", method, path)
			}
		}
	}
}

func writePage(t *testing.T, seen outage.Measured) {
	t.Helper()
	before, _, after := parts(t)
	if err := os.WriteFile(page, []byte(before+begin+outage.Page(seen)+end+after), 0o644); err != nil {
		t.Fatal(err)
	}
}
