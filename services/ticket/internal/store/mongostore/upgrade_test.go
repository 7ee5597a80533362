package mongostore_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

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
	unset := bson.M{"$unset": bson.M{"number": "", "waitingSince": "", "firstRepliedAt": ""}}
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
	if left, failed := s.CountUnnumbered(t.Context()); err == nil || failed != nil || left == 0 || left == old {
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
	if n, err := db.Collection("tickets").CountDocuments(t.Context(), bson.M{"outbox.1": bson.M{"$exists": true}}); err != nil || n != 0 {
		t.Errorf("%d tickets have another event, %v", n, err)
	}
}
