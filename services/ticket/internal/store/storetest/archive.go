package storetest

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"crm.example/services/ticket/internal/ticket"
)

// A restored ticket is whole and as it was, announces nothing, and goes on as if it had always been there.
func testRestore(t *testing.T, open Open) {
	from, other, client := fresh(t, open), fresh(t, open), newClient()
	created := create(t, from, client, noon, ticket.Draft{Subject: "Printer", Message: "It is on fire", Key: "opens"})
	want, err := edit(t.Context(), from, client, created.ID, noon.Add(time.Minute), ticket.Edit{Message: to("Still"), Key: "sends"})
	if err != nil {
		t.Fatal(err)
	}
	if err := other.Restore(t.Context(), want); err != nil {
		t.Fatal(err)
	}
	if got := find(t, other, want.ID); !reflect.DeepEqual(got, want) {
		t.Errorf("restored\n%+v, found\n%+v", want, got)
	}
	if n := len(pending(t, other)); n != 0 {
		t.Errorf("%d events wait: they were published elsewhere", n)
	}
	again := create(t, other, client, noon, ticket.Draft{Subject: "Printer", Message: "It is on fire", Key: "opens"})
	repeated, err := edit(t.Context(), other, client, want.ID, noon.Add(time.Minute), ticket.Edit{Message: to("Still"), Key: "sends"})
	if err != nil || again.ID != want.ID || repeated.MessageCount != 2 {
		t.Errorf("the keys are forgotten: %+v, %+v, %v", again, repeated, err)
	}
	closed := update(t, other, want.ID, func(tk *ticket.Ticket) { tk.Close(stamp(newAgent(), noon.Add(time.Hour))) })
	if closed.Version != want.Version+1 || len(pending(t, other)) != 1 {
		t.Errorf("version %d follows %d", closed.Version, want.Version)
	}
}

func testRestoreLeaves(t *testing.T, open Open) {
	s, client := fresh(t, open), newClient()
	there := create(t, s, client, noon, ticket.Draft{Subject: "Printer", Message: "It is on fire", Key: "opens"})
	sameID, sameKey := there, there
	sameID.Subject, sameID.Version, sameID.OpenedWith = "Another", 9, ticket.Idempotency{}
	sameKey.ID = newID()
	for _, other := range []ticket.Ticket{sameID, sameKey} {
		if err := s.Restore(t.Context(), other); !errors.Is(err, ticket.ErrThere) {
			t.Errorf("%+v: %v", other.Summary, err)
		}
	}
	if got := find(t, s, there.ID); !reflect.DeepEqual(got, there) {
		t.Errorf("there was\n%+v and is\n%+v", there, got)
	}
}

// Pages in the order of the ids have every ticket once and whole, and no deleted one.
func testTicketsAfter(t *testing.T, open Open) {
	s, client := fresh(t, open), newClient()
	var want []ticket.Ticket
	for i := range 7 {
		created := create(t, s, client, noon, printer)
		if i == 3 {
			update(t, s, created.ID, func(tk *ticket.Ticket) { tk.Delete(stamp(client, noon)) })
			continue
		}
		want = append(want, created)
	}
	slices.SortFunc(want, func(a, b ticket.Ticket) int { return strings.Compare(a.ID, b.ID) })
	var got []ticket.Ticket
	for after := ""; ; after = got[len(got)-1].ID {
		page, err := s.TicketsAfter(t.Context(), after, 4)
		if err != nil {
			t.Fatal(err)
		}
		if len(page) == 0 {
			break
		}
		got = append(got, page...)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%+v, want\n%+v", got, want)
	}
}
