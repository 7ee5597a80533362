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
	"crm.example/services/ticket/internal/announce"
	"crm.example/services/ticket/internal/store/mongostore"
	"crm.example/services/ticket/internal/ticket"
)

// A server that is away, or takes connections and says nothing, is a problem `unavailable` within a bounded time, and a
// sentence of readiness; when it is back, so is the store.
func TestOutage(t *testing.T) {
	t.Parallel()
	server := testenv.StartMongoDB(t)
	s := open(t, ownURI(server), announce.Message)
	newTicket(t, s, "t1")
	for _, outage := range []struct {
		name       string
		begin, end func()
	}{{"killed", server.Kill, server.Start}, {"frozen", server.Freeze, server.Thaw}} {
		within := func() context.Context { // as a request has a deadline
			ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
			t.Cleanup(cancel)
			return ctx
		}
		for outage.begin(); s.Ready(within()) == nil; { // a signal takes its time
		}
		_, find := s.Find(within(), ticket.Scope{}, "t1")
		_, list := s.List(within(), ticket.Query{Limit: 1})
		_, create := s.Create(within(), ticket.Open(stampOf(outage.name), outage.name, ticket.Draft{Subject: "Printer", Message: "On fire"}))
		_, update := s.Update(within(), ticket.Target{ID: "t1"}, func(tk *ticket.Ticket, _ ticket.Idempotency) error { tk.Close(stampOf("2")); return nil })
		_, pending := s.Pending(within(), []string{"t1"}, 1)
		for what, err := range map[string]error{"find": find, "list": list, "create": create, "update": update, "pending": pending} {
			if !problem.Is(err, problem.Unavailable) {
				t.Errorf("%s: %s: %v, want unavailable", outage.name, what, err)
			}
		}
		if err := s.Ready(within()); err == nil || !strings.Contains(err.Error(), "MongoDB") {
			t.Errorf("%s: ready: %v", outage.name, err)
		}
		outage.end()
		awaitReady(t, s)
		awaitFound(t, s, "t1") // connections that broke meanwhile may still cost a request
	}
}

func TestReadyNamesAMissingIndex(t *testing.T) {
	t.Parallel()
	uri := testenv.MongoDB(t)
	s := open(t, uri, announce.Message)
	awaitReady(t, s)
	if err := database(t, uri).Collection("tickets").Indexes().DropOne(t.Context(), "client_key"); err != nil {
		t.Fatal(err)
	}
	if err := s.Ready(t.Context()); err == nil || !strings.Contains(err.Error(), "client_key") {
		t.Errorf("without its unique index: %v", err)
	}
	awaitReady(t, open(t, uri, announce.Message)) // a start makes it
}

func awaitFound(t *testing.T, s *mongostore.Store, id string) {
	t.Helper()
	begun := time.Now()
	_, err := s.Find(t.Context(), ticket.Scope{}, id)
	for ; problem.Is(err, problem.Unavailable) && time.Since(begun) < 20*time.Second; _, err = s.Find(t.Context(), ticket.Scope{}, id) {
		time.Sleep(10 * time.Millisecond)
	}
	if err != nil {
		t.Errorf("after the outage: %v", err)
	}
}

func awaitReady(t *testing.T, s *mongostore.Store) {
	t.Helper()
	for begun := time.Now(); s.Ready(t.Context()) != nil; time.Sleep(10 * time.Millisecond) {
		if time.Since(begun) > 20*time.Second {
			t.Fatal(s.Ready(t.Context()))
		}
	}
}

// ledger is what one writer was told of its ticket: how many messages there are at least, and one more at most if the
// last answer was lost.
type ledger struct{ acknowledged, tried int }

// What was acknowledged is there after kill -9, together with its events; what was not is there whole or not at all.
func TestNothingAcknowledgedIsLost(t *testing.T) {
	t.Parallel()
	for name, on := range servers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			killUnderWriters(t, on.own(t))
		})
	}
}

func killUnderWriters(t *testing.T, server *testenv.Server) {
	const writers, kills = 16, 2
	s := open(t, ownURI(server), announce.Message)
	var ledgers [writers]ledger
	for i := range ledgers {
		newTicket(t, s, fmt.Sprint("t", i))
		ledgers[i] = ledger{1, 1}
	}
	var written atomic.Int64
	for range kills {
		var all sync.WaitGroup
		for i := range ledgers {
			all.Go(func() { ledgers[i].write(t.Context(), s, fmt.Sprint("t", i), &written) })
		}
		for begun := written.Load(); written.Load() < begun+200; {
			time.Sleep(time.Millisecond)
		}
		server.Kill()
		all.Wait()
		server.Start()
		awaitReady(t, s)
		for i := range ledgers {
			ledgers[i].check(t, s, fmt.Sprint("t", i))
		}
	}
	announced := map[string]int{}
	msgs := outboxtest.Left(t, s)
	for _, m := range msgs {
		announced[m.Document]++
	}
	for i, l := range ledgers {
		if n := announced[fmt.Sprint("t", i)]; n != l.acknowledged {
			finding.Errorf(t, "t%d has %d events, want %d", i, n, l.acknowledged)
		}
	}
	t.Logf("%d kill -9 under %d writers: %d acknowledged changes, 0 lost", kills, writers, written.Load())
}

// write replies until that fails.
func (l *ledger) write(ctx context.Context, s ticket.Store, id string, written *atomic.Int64) {
	for {
		l.tried++
		text := fmt.Sprint(l.tried)
		_, err := s.Update(ctx, ticket.Target{ID: id}, func(t *ticket.Ticket, _ ticket.Idempotency) error {
			return t.Edit(stampOf(id+"-"+text), ticket.Edit{Message: &text}, time.Hour)
		})
		if err != nil {
			return
		}
		l.acknowledged = l.tried
		written.Add(1)
	}
}

// check reads what is there, from where the writer goes on.
func (l *ledger) check(t *testing.T, s ticket.Store, id string) {
	t.Helper()
	got, err := s.Find(t.Context(), ticket.Scope{}, id)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(got.Conversation); n < l.acknowledged || n > l.tried || got.Version != n {
		finding.Errorf(t, "%s has %d messages at version %d; %d were acknowledged and %d tried", id, n, got.Version, l.acknowledged, l.tried)
	}
	l.acknowledged, l.tried = got.Version, got.Version
}
