package mongostore_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"crm.example/pkg/finding"
	"crm.example/pkg/outbox/outboxtest"
	"crm.example/pkg/problem"
	"crm.example/pkg/testenv"
	"crm.example/services/auth/internal/account"
	"crm.example/services/auth/internal/store/mongostore"
)

// A server that is away, or takes connections and says nothing, is a problem `unavailable` within a bounded time, and a
// sentence of readiness; when it is back, so is the store.
func TestOutage(t *testing.T) {
	t.Parallel()
	server := testenv.StartMongoDB(t)
	s := open(t, server.URL+"/auth")
	must(t, s.CreateUser(t.Context(), person("u1")))
	for name, outage := range map[string]struct{ begin, end func() }{
		"killed": {server.Kill, server.Start}, "frozen": {server.Freeze, server.Thaw},
	} {
		for outage.begin(); s.Ready(within(t, 300*time.Millisecond)) == nil; {
		}
		ctx := within(t, 300*time.Millisecond) // as a request has a deadline
		_, read := s.UserByID(ctx, "u1")
		write := s.CreateSession(ctx, account.Session{ID: name, UserID: "u1"})
		_, update := s.UpdateUser(ctx, "u1", func(u *account.User) error { u.SessionEpoch++; return nil })
		wantUnready(t, s.Ready(ctx), "MongoDB")
		for what, err := range map[string]error{"read": read, "write": write, "update": update} {
			if !problem.Is(err, problem.Unavailable) {
				t.Errorf("%s: a %s: %v", name, what, err)
			}
		}
		outage.end()
		awaitReady(t, s)
		awaitFound(t, s, "u1") // connections that broke meanwhile may still cost a request
	}
}

func within(t *testing.T, d time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), d)
	t.Cleanup(cancel)
	return ctx
}

func awaitReady(t *testing.T, s *mongostore.Store) {
	t.Helper()
	for s.Ready(t.Context()) != nil {
		time.Sleep(10 * time.Millisecond)
	}
}

// A store that is opened before its server waits for it, unready.
func TestOpenedBeforeItsServer(t *testing.T) {
	t.Parallel()
	server := testenv.StartMongoDB(t)
	server.Stop()
	s := open(t, server.URL+"/auth")
	wantUnready(t, s.Ready(within(t, 300*time.Millisecond)), "MongoDB")
	server.Start()
	awaitReady(t, s)
	must(t, s.CreateUser(t.Context(), person("u1")))
}

func awaitFound(t *testing.T, s *mongostore.Store, id string) {
	t.Helper()
	begun := time.Now()
	_, err := s.UserByID(t.Context(), id)
	for ; problem.Is(err, problem.Unavailable) && time.Since(begun) < 20*time.Second; _, err = s.UserByID(t.Context(), id) {
		time.Sleep(10 * time.Millisecond)
	}
	if err != nil {
		t.Errorf("after the outage: %v", err)
	}
}

// ledger is what one writer was told: how far its user has come at least, and at most if the last answer was lost.
type ledger struct{ acknowledged, tried int }

// What was acknowledged is there after kill -9, together with its events; what was not is there whole or not at all.
func TestNothingAcknowledgedIsLost(t *testing.T) {
	t.Parallel()
	for name, start := range map[string]func(testing.TB) *testenv.Server{
		"standalone": func(t testing.TB) *testenv.Server { return testenv.StartMongoDB(t) }, "replica set": testenv.StartReplicaSet,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			killUnderWriters(t, start(t))
		})
	}
}

func killUnderWriters(t *testing.T, server *testenv.Server) {
	const writers, kills = 16, 2
	hosts, query, _ := strings.Cut(strings.TrimPrefix(server.URL, "mongodb://"), "/")
	s := open(t, "mongodb://"+hosts+"/auth"+query)
	for i := range writers {
		must(t, s.CreateUser(t.Context(), person(fmt.Sprint("u", i))))
	}
	var ledgers [writers]ledger
	var written atomic.Int64
	for range kills {
		ctx, cancel := context.WithCancel(t.Context())
		var all sync.WaitGroup
		for i := range ledgers {
			all.Go(func() { ledgers[i].write(ctx, s, fmt.Sprint("u", i), &written) })
		}
		for begun := written.Load(); written.Load() < begun+200; {
			time.Sleep(time.Millisecond)
		}
		server.Kill()
		cancel()
		all.Wait()
		server.Start()
		awaitReady(t, s)
		for i, l := range ledgers {
			ledgers[i] = l.check(t, s, fmt.Sprint("u", i))
		}
	}
	announced := map[string]int{}
	msgs := outboxtest.Left(t, s)
	for _, m := range msgs {
		announced[m.Document]++
	}
	for i, l := range ledgers {
		if n := announced[fmt.Sprint("u", i)]; n != l.acknowledged {
			finding.Errorf(t, "u%d has %d events of %d", i, n, l.acknowledged)
		}
	}
	t.Logf("%d kill -9 under %d writers: %d acknowledged changes, 0 lost", kills, writers, written.Load())
}

// write changes a user until it fails.
func (l *ledger) write(ctx context.Context, s account.Store, id string, written *atomic.Int64) {
	for {
		l.tried++
		_, err := s.UpdateUser(ctx, id, func(u *account.User) error {
			u.Sequence = l.tried
			u.Events = []account.Event{{ID: fmt.Sprint(id, "-", l.tried), Verb: account.Updated, Sequence: l.tried, At: time.Now(), UserID: id}}
			return nil
		})
		if err != nil {
			return
		}
		l.acknowledged = l.tried
		written.Add(1)
	}
}

// check returns what is there, from where the writer goes on.
func (l ledger) check(t *testing.T, s account.Store, id string) ledger {
	t.Helper()
	u, err := s.UserByID(t.Context(), id)
	must(t, err)
	if u.Sequence < l.acknowledged || u.Sequence > l.tried {
		finding.Errorf(t, "%s came to %d; %d were acknowledged and %d tried", id, u.Sequence, l.acknowledged, l.tried)
	}
	return ledger{acknowledged: u.Sequence, tried: u.Sequence}
}
