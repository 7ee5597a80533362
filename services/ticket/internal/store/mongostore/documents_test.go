package mongostore_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"crm.example/pkg/outbox/outboxtest"
	"crm.example/pkg/testenv"
	"crm.example/services/ticket/internal/announce"
	"crm.example/services/ticket/internal/store/mongostore"
	"crm.example/services/ticket/internal/ticket"
)

var client = ticket.Actor{ID: "c1", Name: "Client One", Role: ticket.Client}

func stampOf(id string) ticket.Stamp {
	return ticket.Stamp{Actor: client, At: time.Now().UTC().Truncate(time.Millisecond), EventID: "e" + id, MessageID: "m" + id}
}

func newTicket(t *testing.T, s *mongostore.Store, id string) {
	t.Helper()
	_, err := s.Create(t.Context(), ticket.Open(stampOf(id), id, ticket.Draft{Subject: "Printer", Message: "On fire", Key: "key-" + id}))
	if err != nil {
		t.Fatal(err)
	}
}

func change(t *testing.T, s *mongostore.Store, id string, rule func(*ticket.Ticket) error) {
	t.Helper()
	_, err := s.Update(t.Context(), ticket.Target{ID: id}, func(tk *ticket.Ticket, _ ticket.Idempotency) error { return rule(tk) })
	if err != nil {
		t.Fatal(err)
	}
}

func TestMembersOfANewerVersionSurvive(t *testing.T) {
	t.Parallel()
	uri := testenv.MongoDB(t)
	s, db := open(t, uri, announce.Message), database(t, uri)
	newTicket(t, s, "t1")
	newer := bson.M{"$set": bson.M{"queue": "printers", "openedWith.from": "portal", "conversation.0.language": "en"}}
	if _, err := db.Collection("tickets").UpdateByID(t.Context(), "t1", newer); err != nil {
		t.Fatal(err)
	}
	change(t, s, "t1", func(tk *ticket.Ticket) error { tk.Close(stampOf("2")); return nil })
	message := "Still"
	change(t, s, "t1", func(tk *ticket.Ticket) error { return tk.Edit(stampOf("3"), ticket.Edit{Message: &message}, time.Hour) })
	for name, want := range map[string]string{"queue": "printers", "openedWith.from": "portal", "status": "pending-agent", "conversation.0.language": "en"} {
		n, err := db.Collection("tickets").CountDocuments(t.Context(), bson.M{name: want})
		if err != nil || n != 1 {
			t.Errorf("%s is no longer %s: %v", name, want, stored(t, db, "t1"))
		}
	}
}

func TestTombstoneKeepsNothingAndGoesWithItsLastEvent(t *testing.T) {
	t.Parallel()
	uri := testenv.MongoDB(t)
	s, db := open(t, uri, announce.Message), database(t, uri)
	newTicket(t, s, "t1")
	if _, err := db.Collection("tickets").UpdateByID(t.Context(), "t1", bson.M{"$set": bson.M{"note": "of a newer version"}}); err != nil {
		t.Fatal(err)
	}
	change(t, s, "t1", func(tk *ticket.Ticket) error { tk.Delete(stampOf("2")); return nil })
	members := slices.Sorted(maps.Keys(stored(t, db, "t1")))
	if got, want := strings.Join(members, " "), "_id clientId deletedAt outbox pendingSince version"; got != want {
		t.Errorf("the tombstone has the members %q, want %q", got, want)
	}
	msgs := outboxtest.Left(t, s)
	if len(msgs) != 2 {
		t.Fatalf("%d events", len(msgs))
	}
	for i, want := range []int64{1, 0} {
		if err := s.MarkPublished(t.Context(), msgs[i:i+1]); err != nil {
			t.Fatal(err)
		}
		if n, err := db.Collection("tickets").CountDocuments(t.Context(), bson.M{}); err != nil || n != want {
			t.Errorf("with %d events left there are %d documents, %v, want %d", 1-i, n, err, want)
		}
	}
}

// What people see in the database: dates as dates, and no empty outbox.
func TestDocumentIsReadable(t *testing.T) {
	t.Parallel()
	uri := testenv.MongoDB(t)
	s, db := open(t, uri, announce.Message), database(t, uri)
	newTicket(t, s, "t1")
	d := stored(t, db, "t1")
	if _, isDate := d["openedAt"].(bson.DateTime); !isDate || d["subject"] != "Printer" || d["open"] != true {
		t.Errorf("%v", d)
	}
	err := s.MarkPublished(t.Context(), outboxtest.Left(t, s))
	if d = stored(t, db, "t1"); err != nil || d["outbox"] != nil || d["pendingSince"] != nil {
		t.Errorf("with no event left: %v, %v", d, err)
	}
	if _, err := db.Collection("tickets").InsertOne(t.Context(), bson.M{"_id": "t2", "clientId": "c1", "version": "1"}); err == nil {
		t.Error("the validator takes anything")
	}
}
