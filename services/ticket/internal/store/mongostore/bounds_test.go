package mongostore_test

import (
	"testing"

	"crm.example/pkg/mongo/mongotest"
	"crm.example/pkg/testenv"
	"crm.example/services/ticket/internal/announce"
	"crm.example/services/ticket/internal/ticket"
)

// A request that waits long waits no longer for the store.
func TestCallsAreBounded(t *testing.T) {
	t.Parallel()
	var bounds mongotest.Bounds
	s := open(t, testenv.MongoDB(t), announce.Message, bounds.Watch(t))
	if err := s.Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx := bounds.Begin(t)
	if _, err := s.List(ctx, ticket.Query{Limit: 1}); err != nil {
		t.Error(err)
	}
	if _, err := s.Find(ctx, ticket.Scope{}, "t1"); err == nil {
		t.Error("found what is not there")
	}
	if _, err := s.Erased(ctx, "u1"); err != nil { // each reply and each new ticket asks
		t.Error(err)
	}
	target := ticket.Target{ID: "t1"}
	if _, err := s.Update(ctx, target, func(*ticket.Ticket, ticket.Idempotency) error { return nil }); err == nil {
		t.Error("changed what is not there")
	}
}
