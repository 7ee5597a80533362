package ticket_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"crm.example/pkg/events"
	"crm.example/pkg/feedtest"
	"crm.example/pkg/finding"
	"crm.example/pkg/testenv"
)

// follower listens on behalf of somebody, leaves when it is told to, and resumes.
type follower struct {
	s     *site
	who   user
	state feedtest.Client
}

// listen applies what comes until enough says so, or ctx ends.
func (f *follower) listen(ctx context.Context, enough func() bool) error {
	ctx, hangUp := context.WithCancel(ctx)
	defer hangUp()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, f.s.url+"/v1/ticket/events", nil)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+f.who.token)
	if f.state.LastID != "" {
		req.URL.RawQuery = "lastEventId=" + f.state.LastID // as polyfills send it; where both are sent, the header decides
		req.Header.Set("Last-Event-ID", f.state.LastID)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if err := overHTTP.Check(req, res.StatusCode, nil); err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("the feed answers %s", res.Status)
	}
	reader := feedtest.NewReader(res.Body, f.state.LastID)
	first, err := reader.Next()
	if err != nil {
		return err
	}
	if err := f.state.Begin(first, f.snapshot); err != nil {
		return err
	}
	for !enough() {
		message, err := reader.Next()
		if err != nil {
			return err
		}
		if err := f.state.Apply(message); err != nil {
			return err
		}
	}
	return nil
}

// snapshot lists the tickets as the server has them.
func (f *follower) snapshot() (all []events.Ticket, err error) {
	for cursor := ""; ; {
		var page struct {
			Items      []events.Ticket
			NextCursor *string
		}
		a := f.s.call(f.who, "GET", "/v1/ticket?limit=100"+cursor, "")
		if err := json.Unmarshal([]byte(a.body), &page); err != nil || a.status != http.StatusOK {
			return nil, fmt.Errorf("list: %d %w", a.status, err)
		}
		all = append(all, page.Items...)
		if page.NextCursor == nil {
			return all, nil
		}
		cursor = "&cursor=" + *page.NextCursor
	}
}

// knows tells whether the follower has what the server has.
func (f *follower) knows(there map[string]events.Ticket) bool {
	return maps.EqualFunc(f.state.Tickets, there, func(a, b events.Ticket) bool { return reflect.DeepEqual(a, b) })
}

// Listeners leave at random moments while their tickets change. However often they do, each comes to know exactly what the
// server has, and is sent nothing twice, out of order or with a gap: feedtest.Client sees to that.
func TestListenersLeaveAtRandom(t *testing.T) {
	const rounds, leaves = 20, 10
	s := newSiteWith(t, testenv.NATS(t))
	stop := s.run()
	one, two, agent := s.login("client", "Client One"), s.login("client", "Client Two"), s.login("agent", "Agent One")
	followers := []*follower{{s: s, who: one}, {s: s, who: two}, {s: s, who: agent}, {s: s, who: one}}
	await(t, func() bool { return followers[0].listen(t.Context(), func() bool { return true }) == nil }) // the stream is there
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	for round := range rounds {
		random := rand.New(rand.NewPCG(seed, uint64(round)))
		var writing, listening sync.WaitGroup
		for _, who := range []user{one, two} {
			script := rand.New(rand.NewPCG(random.Uint64(), 0))
			writing.Go(func() { s.change(who, agent, script) })
		}
		for _, f := range followers {
			script := rand.New(rand.NewPCG(random.Uint64(), 0))
			listening.Go(func() {
				for range leaves {
					ctx, leave := context.WithTimeout(t.Context(), time.Duration(script.IntN(8_000))*time.Microsecond)
					if err := f.listen(ctx, func() bool { return script.IntN(4) == 0 }); err != nil && ctx.Err() == nil {
						t.Error(err)
					}
					leave()
				}
			})
		}
		writing.Wait()
		listening.Wait()
		for _, f := range followers {
			f.settle(t)
		}
		if t.Failed() {
			return
		}
	}
	heard := 0
	for _, f := range followers {
		heard += f.state.Events
	}
	t.Logf("%d leaves, %d events heard", rounds*leaves*len(followers), heard)
	// Before the service ends, which lets go of every listener, also of those that should have gone long ago.
	await(t, func() bool { return !strings.Contains(stacks(), "internal/feed.(*listener)") })
	stop()
	await(t, func() bool { return !strings.Contains(stacks(), "internal/feed.") })
}

// settle listens until the follower knows what the server has, now that nothing changes any more.
func (f *follower) settle(t *testing.T) {
	t.Helper()
	list, err := f.snapshot()
	if err != nil {
		t.Fatal(err)
	}
	there := map[string]events.Ticket{}
	for _, ticket := range list {
		there[ticket.ID] = ticket
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if err := f.listen(ctx, func() bool { return f.knows(there) }); err != nil {
		finding.Errorf(t, "%s knows %d tickets, the server has %d: %v", f.who.name, len(f.state.Tickets), len(there), err)
	}
}

// change does a few things to somebody's tickets.
func (s *site) change(who, agent user, random *rand.Rand) {
	ids := s.all(who, "")
	for range 6 {
		id := s.open(who).ID
		ids = append(ids, id)
		target := "/v1/ticket/" + ids[random.IntN(len(ids))]
		switch random.IntN(5) {
		case 0:
			s.call(who, "DELETE", target, "")
			ids = slices.DeleteFunc(ids, func(id string) bool { return strings.HasSuffix(target, id) })
		case 1:
			s.call(agent, "PUT", target, `{"message": "Run"}`)
		case 2:
			s.call(who, "PUT", target, `{"subject": "Fire", "message": "Again"}`)
		case 3:
			s.call(agent, "PATCH", strings.Replace(target, "/v1/ticket/", "/v1/ticket/close-ticket/", 1), "")
		}
	}
}

func await(t *testing.T, done func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !done(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("still not\n%s", stacks())
		}
	}
}

func stacks() string {
	text := make([]byte, 1<<20)
	return string(text[:runtime.Stack(text, true)])
}
