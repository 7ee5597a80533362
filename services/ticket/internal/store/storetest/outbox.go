package storetest

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"crm.example/pkg/events"
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
	all := pending(t, s)
	checkSequence(t, of(one.ID, all), 3)
	checkSequence(t, of(two.ID, all), 2)
	if first, err := s.Pending(t.Context(), 1); err != nil || !reflect.DeepEqual(first, all[:1]) {
		t.Errorf("Pending(1) = %+v, %v, want the oldest", first, err)
	}
	for range 2 { // settling twice is no error
		if err := s.Settle(t.Context(), all[0]); err != nil {
			t.Fatal(err)
		}
	}
	if left := pending(t, s); !reflect.DeepEqual(left, all[1:]) {
		t.Errorf("after one was settled: %+v", left)
	}
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
		t.Error("a ticket opened again after the crash is there twice")
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
	_, pending := s.Pending(t.Context(), 1)
	for name, err := range map[string]error{"create": create, "find": find, "list": list, "update": edit, "pending": pending} {
		if !problem.Is(err, problem.Unavailable) {
			t.Errorf("%s on a closed store: %v, want unavailable", name, err)
		}
	}
}
