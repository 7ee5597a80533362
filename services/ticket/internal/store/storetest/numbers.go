package storetest

import (
	"slices"
	"testing"

	"crm.example/pkg/events"
	"crm.example/services/ticket/internal/ticket"
)

// A new ticket has a number from the first event on, and keeps it.
func testNumbers(t *testing.T, open Open) {
	s, client := fresh(t, open), newClient()
	created := create(t, s, client, noon, printer)
	e, err := events.Decode[events.TicketCreated](pending(t, s)[0].Body)
	if err != nil || created.Number < 1 || e.Ticket.Number != created.Number {
		t.Errorf("number %d, in the event %d, %v", created.Number, e.Ticket.Number, err)
	}
	closed := update(t, s, created.ID, func(tk *ticket.Ticket) { tk.Close(stamp(newAgent(), noon)) })
	if closed.Number != created.Number {
		t.Errorf("number %d has become %d", created.Number, closed.Number)
	}
}

func testNumbersInParallel(t *testing.T, open Open) {
	s := fresh(t, open)
	const writers, each = 16, 5
	all := make([]int, writers*each)
	parallel(t, writers, func(n int) error {
		client := newClient()
		for i := range each {
			created, err := s.Create(t.Context(), ticket.Open(stamp(client, noon), newID(), printer))
			if err != nil {
				return err
			}
			all[n*each+i] = created.Number
		}
		return nil
	})
	slices.Sort(all)
	if len(slices.Compact(all)) != writers*each || all[0] < 1 {
		t.Errorf("the numbers %v", all)
	}
}

// A ticket from elsewhere keeps its number, unless it has none or another ticket has it. No later one gets it.
func testNumbersFromElsewhere(t *testing.T, open Open) {
	s, client := fresh(t, open), newClient()
	first := create(t, s, client, noon, printer)
	seen := map[int]string{first.Number: first.ID}
	for _, number := range []int{0, first.Number, first.Number + 3, 1000} {
		elsewhere := ticket.Open(stamp(client, noon), newID(), printer)
		elsewhere.Conversation, elsewhere.Pending, elsewhere.Number = elsewhere.Added(), nil, number
		if err := s.Restore(t.Context(), elsewhere); err != nil {
			t.Fatal(err)
		}
		got := find(t, s, elsewhere.ID).Number
		if number > first.Number && got != number {
			t.Errorf("number %d has become %d", number, got)
		}
		if got < 1 || seen[got] != "" {
			t.Errorf("number %d is there twice", got)
		}
		seen[got] = elsewhere.ID
	}
	for range 40 {
		created := create(t, s, client, noon, printer)
		if seen[created.Number] != "" {
			t.Errorf("number %d is there twice", created.Number)
		}
		seen[created.Number] = created.ID
	}
}
