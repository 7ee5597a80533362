package ticket_test

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"crm.example/services/ticket/internal/ticket"
)

func TestClose(t *testing.T) {
	t.Parallel()
	got, later := opened(), noon.Add(time.Hour)
	got.Close(stamp(agent, later))
	if got.Status != ticket.Closed || got.ClosedAt != later || got.Version != 2 {
		t.Errorf("closed: %+v", got.Summary)
	}
	checkEvent(t, got, opened(), ticket.VerbClosed, []string{"status"})
	before := got.Summary
	got.Close(stamp(client, later.Add(time.Hour)))
	if !reflect.DeepEqual(got.Summary, before) || len(got.Pending) != 1 {
		t.Errorf("closing twice changed the ticket: %+v", got)
	}
}

func TestDeleteLeavesIdsOnly(t *testing.T) {
	t.Parallel()
	got, later := opened(), noon.Add(time.Hour)
	got.OpenedWith = ticket.Idempotency{Key: "key", Hash: "hash"}
	got.Delete(stamp(client, later))
	want := ticket.Summary{ID: "ticket-1", ClientID: "client-1", OpenedAt: noon, UpdatedAt: later, Version: 2}
	if !reflect.DeepEqual(got.Summary, want) || got.DeletedAt != later || got.Size != 0 || got.OpenedWith != (ticket.Idempotency{}) {
		t.Errorf("tombstone %+v, want nothing but %+v", got, want)
	}
	if len(got.Pending) != 1 || got.Pending[0].Verb != ticket.VerbDeleted || got.Pending[0].Actor != (ticket.Actor{ID: "client-1"}) {
		t.Errorf("pending %+v, want deleted with ids only", got.Pending)
	}
	if changed := got.Pending[0].Changed; !slices.Equal(changed, nil) {
		t.Errorf("changed %v", changed)
	}
}
