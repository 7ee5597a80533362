package storetest

import (
	"testing"

	"crm.example/services/ticket/internal/ticket"
)

func testCreateOnce(t *testing.T, open Open) {
	s, client := fresh(t, open), newClient()
	keyed := ticket.Draft{Subject: "Printer", Message: "It is on fire", Key: "key"}
	first := create(t, s, client, noon, keyed)
	if _, err := edit(t.Context(), s, client, first.ID, noon, ticket.Edit{Message: to("Still")}); err != nil {
		t.Fatal(err)
	}
	same(t, "the same key again", create(t, s, client, noon, keyed), find(t, s, first.ID))
	if other := create(t, s, newClient(), noon, keyed); other.ID == first.ID {
		t.Error("another client's key gave this client's ticket")
	}
	if other := create(t, s, client, noon, ticket.Draft{Subject: "Printer", Message: "It is on fire", Key: "key-2"}); other.ID == first.ID {
		t.Error("another key gave the first ticket")
	}
	one, two := create(t, s, client, noon, printer), create(t, s, client, noon, printer)
	if one.ID == two.ID {
		t.Error("two requests without a key gave one ticket")
	}
	if got := len(pending(t, s)); got != 6 {
		t.Errorf("%d events, want 6", got)
	}
}

func testCreateOnceInParallel(t *testing.T, open Open) {
	s, client := fresh(t, open), newClient()
	ids := make([]string, 50)
	parallel(t, len(ids), func(n int) error {
		made := ticket.Open(stamp(client, noon), newID(), ticket.Draft{Subject: "Printer", Message: "It is on fire", Key: "key"})
		stored, err := s.Create(t.Context(), made)
		ids[n] = stored.ID
		return err
	})
	for _, id := range ids {
		if id != ids[0] {
			t.Fatalf("one key gave the tickets %s and %s", ids[0], id)
		}
	}
	if items := list(t, s, ticket.Query{Limit: 100}); len(items) != 1 || len(pending(t, s)) != 1 {
		t.Errorf("%d tickets with %d events, want one of each", len(items), len(pending(t, s)))
	}
}

func testReplyOnce(t *testing.T, open Open) {
	s, client, agent := fresh(t, open), newClient(), newAgent()
	tk, other := create(t, s, client, noon, printer), create(t, s, client, noon, printer)
	reply := ticket.Edit{Message: to("Still"), Key: "key"}
	for _, step := range []struct {
		ticket string
		by     ticket.Actor
		count  int
	}{{tk.ID, client, 2}, {tk.ID, client, 2}, {tk.ID, agent, 3}, {other.ID, client, 2}, {tk.ID, agent, 3}} {
		after, err := edit(t.Context(), s, step.by, step.ticket, noon, reply)
		if err != nil {
			t.Fatal(err)
		}
		if after.MessageCount != step.count || len(after.Conversation) != step.count {
			t.Errorf("%s in %s: %d messages, want %d", step.by.Role, step.ticket, after.MessageCount, step.count)
		}
	}
	sent := find(t, s, tk.ID).Conversation[1].SentWith
	_, err := s.Update(t.Context(), ticket.Target{ID: tk.ID, Author: client.ID, Key: "key"}, func(_ *ticket.Ticket, earlier ticket.Idempotency) error {
		if earlier != sent || earlier.Hash == "" {
			t.Errorf("the change got %+v, want %+v", earlier, sent)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func testReplyOnceInParallel(t *testing.T, open Open) {
	s, client := fresh(t, open), newClient()
	tk := create(t, s, client, noon, printer)
	parallel(t, 50, func(int) error {
		after, err := edit(t.Context(), s, client, tk.ID, noon, ticket.Edit{Message: to("Still"), Key: "key"})
		if err == nil && after.MessageCount != 2 {
			t.Errorf("an answer shows %d messages, want 2", after.MessageCount)
		}
		return err
	})
	if after := find(t, s, tk.ID); len(after.Conversation) != 2 || len(pending(t, s)) != 2 {
		t.Errorf("%d messages with %d events, want two of each", len(after.Conversation), len(pending(t, s)))
	}
}
