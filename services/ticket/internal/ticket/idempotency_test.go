package ticket_test

import (
	"testing"

	"crm.example/services/ticket/internal/ticket"
)

func TestKeyKnowsItsBody(t *testing.T) {
	t.Parallel()
	with := func(d ticket.Draft) ticket.Idempotency {
		d.Key = "key"
		return ticket.Open(stamp(client, noon), "ticket-1", d).OpenedWith
	}
	first := with(ticket.Draft{Subject: "a", Message: "b\nc"})
	if first.Key != "key" || len(first.Hash) != 64 {
		t.Errorf("opened with %+v", first)
	}
	if same := with(ticket.Draft{Subject: "a", Message: "b\nc", Priority: ticket.Normal}); same != first {
		t.Error("the default said aloud is another body")
	}
	for name, d := range map[string]ticket.Draft{
		"subject":          {Subject: "A", Message: "b\nc"},
		"message":          {Subject: "a", Message: "b\nC"},
		"priority":         {Subject: "a", Message: "b\nc", Priority: ticket.Low},
		"where one begins": {Subject: "a\nb", Message: "c"},
	} {
		if with(d) == first {
			t.Errorf("another %s is the same body", name)
		}
	}
	d := ticket.Draft{Subject: "a", Message: "b"}
	if none := ticket.Open(stamp(client, noon), "ticket-1", d).OpenedWith; none != (ticket.Idempotency{}) {
		t.Errorf("without a key: %+v", none)
	}
}
