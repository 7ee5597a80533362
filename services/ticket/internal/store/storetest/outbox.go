package storetest

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"crm.example/pkg/events"
	"crm.example/pkg/finding"
	"crm.example/pkg/outbox/outboxtest"
	"crm.example/pkg/problem"
	"crm.example/services/ticket/internal/announce"
	"crm.example/services/ticket/internal/ticket"
)

func testOutbox(t *testing.T, open Open) {
	s, client := fresh(t, open), newClient()
	one := create(t, s, client, noon, printer)
	two := create(t, s, client, noon, printer)
	for _, id := range []string{one.ID, two.ID} {
		if _, err := edit(t.Context(), s, client, id, noon, ticket.Edit{Message: to("Still")}); err != nil {
			t.Fatal(err)
		}
	}
	update(t, s, one.ID, func(tk *ticket.Ticket) { tk.Delete(stamp(client, noon)) })
	ofOne, ofTwo := outboxtest.Of(t, s, one.ID), outboxtest.Of(t, s, two.ID)
	checkSequence(t, ofOne, 3)
	checkSequence(t, ofTwo, 2)
	for limit := 2; limit < 5; limit++ { // how many of whom is the store's business; never a later one without an earlier one
		both, err := s.Pending(t.Context(), []string{one.ID, two.ID}, limit)
		n, m := len(of(one.ID, both)), len(of(two.ID, both))
		if err != nil || n+m == 0 || n+m > limit || !reflect.DeepEqual(of(one.ID, both), ofOne[:n]) || !reflect.DeepEqual(of(two.ID, both), ofTwo[:m:m]) {
			t.Errorf("Pending(%d) has %d and %d events, or not the oldest of both (%v)", limit, n, m, err)
		}
	}
	settle := func(msgs []events.Message, left []events.Message) {
		t.Helper()
		for range 2 { // settling twice is no error
			if err := s.MarkPublished(t.Context(), msgs); err != nil {
				t.Fatal(err)
			}
		}
		if got := pending(t, s); !reflect.DeepEqual(bytes(got), bytes(left)) {
			t.Errorf("after settling: %+v", got)
		}
	}
	settle(append(ofTwo[:1:1], ofOne[0]), append(ofOne[1:], ofTwo[1:]...))
	settle(append(ofOne[1:], ofTwo[1:]...), nil)
}

// testWaiting wants the documents with events, and of several processes' outbox those that have waited for a while.
func testWaiting(t *testing.T, open Open) {
	s, client := fresh(t, open), newClient()
	one, two := create(t, s, client, noon, printer), create(t, s, client, noon.Add(time.Minute), printer)
	want := func(limit int, ids ...string) {
		t.Helper()
		got, err := s.Waiting(t.Context(), noon.Add(time.Hour), limit)
		if err != nil || !slices.Equal(got, ids) {
			t.Errorf("Waiting(%d) = %v, %v, want %v", limit, got, err, ids)
		}
	}
	want(10, one.ID, two.ID)
	want(1, one.ID)
	if err := s.MarkPublished(t.Context(), outboxtest.Of(t, s, one.ID)); err != nil {
		t.Fatal(err)
	}
	want(10, two.ID)
}

// bytes are the events by their ids, since the order across tickets is nobody's business.
func bytes(msgs []events.Message) map[string]string {
	all := map[string]string{}
	for _, m := range msgs {
		all[m.ID] = m.Subject + string(m.Body)
	}
	return all
}

func of(ticketID string, all []events.Message) (own []events.Message) {
	for _, m := range all {
		if m.Document == ticketID {
			own = append(own, m)
		}
	}
	return own
}

// checkSequence wants the sequences 1 to n, in order and without a gap.
func checkSequence(t *testing.T, msgs []events.Message, n int) {
	t.Helper()
	if len(msgs) != n {
		t.Fatalf("%d events, want %d", len(msgs), n)
	}
	for i, m := range msgs {
		var envelope events.Envelope
		if err := json.Unmarshal(m.Body, &envelope); err != nil {
			t.Fatal(err)
		}
		if want := fmt.Sprintf("%010d", i+1); envelope.Sequence != want || envelope.ID != m.ID || !strings.HasSuffix(m.Subject, m.Document) {
			t.Errorf("event %d is %s with sequence %s on %s", i, envelope.ID, envelope.Sequence, m.Subject)
		}
	}
}

func testAllOrNothing(t *testing.T, open Open) {
	var broken atomic.Bool
	boom := errors.New("cannot be encoded")
	s, _ := open(t, func(e ticket.Event) (events.Message, error) {
		if broken.Load() {
			return events.Message{}, boom
		}
		return announce.Message(e)
	})
	client := newClient()
	before := create(t, s, client, noon, printer)
	broken.Store(true)
	if _, err := s.Create(t.Context(), ticket.Open(stamp(client, noon), newID(), printer)); !errors.Is(err, boom) {
		t.Errorf("create: %v", err)
	}
	if _, err := edit(t.Context(), s, client, before.ID, noon, ticket.Edit{Message: to("Still")}); !errors.Is(err, boom) {
		t.Errorf("update: %v", err)
	}
	same(t, "after an update that failed late", find(t, s, before.ID), before)
	if items := list(t, s, ticket.Query{Limit: 10}); len(items) != 1 || len(pending(t, s)) != 1 {
		t.Errorf("%d tickets with %d events, want one of each", len(items), len(pending(t, s)))
	}
}

func testCrash(t *testing.T, open Open) {
	s, reopen := open(t, announce.Message)
	client := newClient()
	tk := create(t, s, client, noon, ticket.Draft{Subject: "Printer", Message: "It is on fire", Key: "key"})
	want, err := edit(t.Context(), s, client, tk.ID, noon.Add(time.Second), ticket.Edit{Message: to("Still"), Key: "key"})
	if err != nil {
		t.Fatal(err)
	}
	gone := create(t, s, client, noon, printer)
	update(t, s, gone.ID, func(tk *ticket.Ticket) { tk.Delete(stamp(client, noon)) })
	msgs := pending(t, s)

	s = reopen()
	same(t, "after the crash", find(t, s, tk.ID), want)
	if left := pending(t, s); !reflect.DeepEqual(left, msgs) {
		t.Errorf("outbox after the crash: %+v\nwant %+v", left, msgs)
	}
	checkGone(t, s, client, gone.ID, tk.ID)
	again, err := edit(t.Context(), s, client, tk.ID, noon, ticket.Edit{Message: to("Still"), Key: "key"})
	if err != nil || again.MessageCount != 2 {
		t.Errorf("a reply repeated after the crash: %d messages, %v", again.MessageCount, err)
	}
	if same := create(t, s, client, noon, ticket.Draft{Subject: "Printer", Message: "It is on fire", Key: "key"}); same.ID != tk.ID {
		finding.Errorf(t, "a ticket opened again after the crash is there twice")
	}
}

func testUnavailable(t *testing.T, open Open) {
	s, client := fresh(t, open), newClient()
	tk := create(t, s, client, noon, printer)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	_, create := s.Create(t.Context(), ticket.Open(stamp(client, noon), newID(), printer))
	_, find := s.Find(t.Context(), ticket.Scope{}, tk.ID)
	_, list := s.List(t.Context(), ticket.Query{Limit: 1})
	_, edit := edit(t.Context(), s, client, tk.ID, noon, ticket.Edit{Message: to("Still")})
	_, pending := s.Pending(t.Context(), []string{tk.ID}, 1)
	for name, err := range map[string]error{"create": create, "find": find, "list": list, "update": edit, "pending": pending} {
		if !problem.Is(err, problem.Unavailable) {
			t.Errorf("%s on a closed store: %v, want unavailable", name, err)
		}
	}
}
