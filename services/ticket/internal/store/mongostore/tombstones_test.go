package mongostore_test

import (
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"crm.example/pkg/testenv"
	"crm.example/services/ticket/internal/announce"
	"crm.example/services/ticket/internal/ticket"
)

// A tombstone without events, as a crash of an earlier version left it, keeps no erasure waiting, and goes at the next
// start. One with events stays, and so do tickets.
func TestTombstonesLeftBehind(t *testing.T) {
	t.Parallel()
	uri := testenv.MongoDB(t)
	s, tickets := open(t, uri, announce.Message), database(t, uri).Collection("tickets")
	newTicket(t, s, "kept")
	bare := bson.M{"_id": "bare", "clientId": client.ID, "version": 2, "deletedAt": time.Now()}
	if _, err := tickets.InsertOne(t.Context(), bare); err != nil {
		t.Fatal(err)
	}
	if waiting, err := s.HasTombstones(t.Context(), client.ID); err != nil || waiting {
		t.Errorf("a tombstone without an event counts: %v, %v", waiting, err)
	}
	newTicket(t, s, "deleted")
	change(t, s, "deleted", func(tk *ticket.Ticket) error { tk.Delete(stampOf("2")); return nil })
	again := open(t, uri, announce.Message)
	awaitReady(t, again)
	for id, want := range map[string]int64{"kept": 1, "deleted": 1, "bare": 0} {
		if n, err := tickets.CountDocuments(t.Context(), bson.M{"_id": id}); err != nil || n != want {
			t.Errorf("after the start there are %d of %s, %v, want %d", n, id, err, want)
		}
	}
	if waiting, err := again.HasTombstones(t.Context(), client.ID); err != nil || !waiting {
		t.Errorf("a tombstone with events does not count: %v, %v", waiting, err)
	}
}
