package mongostore_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"crm.example/pkg/testenv"
	"crm.example/services/ticket/internal/announce"
	"crm.example/services/ticket/internal/store/mongostore"
	"crm.example/services/ticket/internal/ticket"
)

// What the version before has written, or writes beside this one, gets a number and a waiting time, in several processes at once
// and after one was cut off. No event tells of it.
func TestUpgrade(t *testing.T) {
	t.Parallel()
	uri := testenv.MongoDB(t)
	s, db := open(t, uri, announce.Message), database(t, uri)
	const old = 40
	for i := range old {
		newTicket(t, s, fmt.Sprintf("t%02d", i))
	}
	fresh := func(store *mongostore.Store) map[int]string {
		t.Helper()
		numbers := map[int]string{}
		for i := range old {
			found, err := store.Find(t.Context(), ticket.Scope{}, fmt.Sprintf("t%02d", i))
			if err != nil || found.Number == 0 || numbers[found.Number] != "" || found.WaitingSince != found.OpenedAt || found.Version != 1 {
				t.Errorf("%+v, %v; the number is also of %q", found.Summary, err, numbers[found.Number])
			}
			numbers[found.Number] = found.ID
		}
		return numbers
	}
	unset := bson.M{"$unset": bson.M{"number": "", "waitingSince": "", "firstRepliedAt": "", "terms": "", "termsOf": ""}}
	if _, err := db.Collection("tickets").UpdateMany(t.Context(), bson.M{}, unset); err != nil {
		t.Fatal(err)
	}
	ctx, cut := context.WithCancel(t.Context())
	err := ticket.Upgrade(ctx, s, func(done, all int) {
		if all != old {
			t.Errorf("%d of %d", done, all)
		}
		if done > 0 {
			cut()
		}
	})
	if left, failed := s.CountOutdated(t.Context()); err == nil || failed != nil || left == 0 || left == old {
		t.Errorf("cut off: %v, %d are left, %v", err, left, failed)
	}
	both := make(chan error)
	for _, store := range []*mongostore.Store{s, open(t, uri, announce.Message)} {
		go func() { both <- ticket.Upgrade(t.Context(), store, func(int, int) {}) }()
	}
	if err := errors.Join(<-both, <-both); err != nil {
		t.Fatal(err)
	}
	before := fresh(s)
	if err := ticket.Upgrade(t.Context(), s, func(done, all int) { t.Errorf("%d of %d, and all have been done", done, all) }); err != nil {
		t.Fatal(err)
	}
	if after := fresh(s); len(after) != len(before) {
		t.Errorf("%d numbers have become %d", len(before), len(after))
	}
	query := ticket.Query{Search: ticket.SearchFor("printer fire"), Limit: old + 1}
	if found, err := s.List(t.Context(), query); err != nil || len(found) != old {
		t.Errorf("a search finds %d of %d, %v", len(found), old, err)
	}
	if n, err := db.Collection("tickets").CountDocuments(t.Context(), bson.M{"outbox.1": bson.M{"$exists": true}}); err != nil || n != 0 {
		t.Errorf("%d tickets have another event, %v", n, err)
	}
}

// What a service of the version before changes in tickets of this one is found again after a round, and a ticket that was changed
// by this one meanwhile has all of its terms at once.
func TestUpgradeOfWhatTheVersionBeforeChanges(t *testing.T) {
	t.Parallel()
	uri := testenv.MongoDB(t)
	s, db := open(t, uri, announce.Message), database(t, uri)
	found := func(q string, want ...string) {
		t.Helper()
		all, err := s.List(t.Context(), ticket.Query{Search: ticket.SearchFor(q), Limit: 10})
		ids := []string{}
		for _, one := range all {
			ids = append(ids, one.ID)
		}
		if slices.Sort(ids); err != nil || !slices.Equal(ids, want) {
			t.Errorf("%q finds %v, %v, want %v", q, ids, err, want)
		}
	}
	for _, id := range []string{"t1", "t2", "t3"} {
		newTicket(t, s, id)
	}
	for _, id := range []string{"t1", "t2"} { // as that one does it
		reply := bson.M{"id": "m", "seq": 2, "author": bson.M{"id": "a1", "name": "Agent One", "role": "agent"}, "message": "Extinguish", "sentAt": time.Now()}
		update := bson.M{"$set": bson.M{"subject": "Scanner", "version": 2, "status": "pending-client"}, "$push": bson.M{"conversation": reply}}
		if _, err := db.Collection("tickets").UpdateByID(t.Context(), id, update); err != nil {
			t.Fatal(err)
		}
	}
	found("extinguish")
	message := "Thanks"
	change(t, s, "t2", func(tk *ticket.Ticket) error { return tk.Edit(stampOf("9"), ticket.Edit{Message: &message}, time.Hour) })
	found("scanner extinguish", "t2")
	found("thanks", "t2")
	if n, err := s.CountOutdated(t.Context()); err != nil || n != 1 {
		t.Errorf("%d are outdated, %v", n, err)
	}
	if err := ticket.Upgrade(t.Context(), s, func(int, int) {}); err != nil {
		t.Fatal(err)
	}
	found("scanner extinguish", "t1", "t2")
	found("printer", "t3")
	if n, err := s.CountOutdated(t.Context()); err != nil || n != 0 {
		t.Errorf("%d are outdated afterwards, %v", n, err)
	}
	if now, err := s.Find(t.Context(), ticket.Scope{}, "t1"); err != nil || !now.WaitingSince.IsZero() {
		t.Errorf("after the answer of the version before a client waits since %v, %v", now.WaitingSince, err)
	}
}
