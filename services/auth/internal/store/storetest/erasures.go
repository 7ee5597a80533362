package storetest

import (
	"slices"
	"testing"
	"time"

	"crm.example/pkg/events"
	"crm.example/services/auth/internal/account"
)

// makeTombstone makes a user a tombstone as account does.
func makeTombstone(t *testing.T, s Store, id string, pending bool) account.User {
	t.Helper()
	return got[account.User](t)(s.UpdateUser(t.Context(), id, func(u *account.User) error {
		*u = account.User{
			ID: id, SessionEpoch: u.SessionEpoch + 1, RevocationPending: pending, CreatedAt: at, UpdatedAt: at, DeletedAt: at,
			Version: u.Version, Sequence: u.Sequence + 1,
		}
		u.Events = []account.Event{event(*u, account.Deleted, 8)}
		return nil
	}))
}

// A tombstone is listed once its mark is settled and its events are published, and stays until it is removed.
func tombstoneStaysUntilRemoved(t *testing.T, open Open) {
	s, u := open(t), client("u1")
	u.Events = []account.Event{event(u, account.Registered, 1)}
	must(t, s.CreateUser(t.Context(), u))
	must(t, s.CreateUser(t.Context(), client("u2")))
	makeTombstone(t, s, "u1", true)
	marked := func(want ...string) {
		t.Helper()
		var ids []string
		for _, u := range got[[]account.User](t)(s.UsersPendingRevocation(t.Context(), 10)) {
			if ids = append(ids, u.ID); u.ID == "u1" && (u.DeletedAt.IsZero() || u.SessionEpoch != 5) {
				t.Errorf("the tombstone came as %+v", u)
			}
		}
		same(t, "to be revoked", ids, want)
	}
	erased := func(want ...string) {
		t.Helper()
		for range 2 {
			same(t, "erased", idsOf(got[[]account.Tombstone](t)(s.ErasedUsers(t.Context(), at, 10))), want)
		}
	}
	marked("u1", "u2")
	msgs := got[[]events.Message](t)(s.Pending(t.Context(), []string{"u1"}, 10))
	must(t, s.MarkPublished(t.Context(), msgs[:1]))
	must(t, s.ClearTombstoneRevocation(t.Context(), "u1"))
	must(t, s.ClearTombstoneRevocation(t.Context(), "u2")) // which is none
	marked("u2")
	must(t, s.RemoveTombstone(t.Context(), "u1")) // which still has something to announce
	if left := got[[]events.Message](t)(s.Pending(t.Context(), []string{"u1"}, 10)); len(left) != 1 {
		t.Fatalf("%d events are left of the tombstone, want that of the deletion", len(left))
	}
	erased()
	must(t, s.MarkPublished(t.Context(), msgs[1:]))
	must(t, s.Scrub(t.Context()))
	erased("u1")
	for range 2 {
		must(t, s.RemoveTombstone(t.Context(), "u1"))
	}
	must(t, s.RemoveTombstone(t.Context(), "u2"))
	erased()
	got[account.User](t)(s.UserByID(t.Context(), "u2"))
}

// A mark keeps a tombstone that has nothing to announce any more.
func markKeepsTombstone(t *testing.T, open Open) {
	s := open(t)
	must(t, s.CreateUser(t.Context(), client("u1")))
	makeTombstone(t, s, "u1", true)
	must(t, s.MarkPublished(t.Context(), got[[]events.Message](t)(s.Pending(t.Context(), []string{"u1"}, 10))))
	must(t, s.RemoveTombstone(t.Context(), "u1"))
	if left := got[[]account.User](t)(s.UsersPendingRevocation(t.Context(), 10)); len(left) != 1 {
		t.Error("the tombstone is gone with its mark")
	}
	same(t, "erased", idsOf(got[[]account.Tombstone](t)(s.ErasedUsers(t.Context(), at, 10))), nil)
}

// A tombstone that was looked at is due again when it is said to, not before, and known as such.
func tombstoneIsPostponed(t *testing.T, open Open) {
	s := open(t)
	must(t, s.CreateUser(t.Context(), client("u1")))
	must(t, s.CreateUser(t.Context(), client("u2")))
	makeTombstone(t, s, "u1", false)
	must(t, s.MarkPublished(t.Context(), got[[]events.Message](t)(s.Pending(t.Context(), []string{"u1"}, 10))))
	due := func(now time.Time, want ...account.Tombstone) {
		t.Helper()
		if found := got[[]account.Tombstone](t)(s.ErasedUsers(t.Context(), now, 10)); !slices.Equal(found, want) {
			t.Errorf("at %s due are %v, want %v", now, found, want)
		}
	}
	due(at, account.Tombstone{UserID: "u1"})
	later := at.Add(20 * time.Minute)
	for _, id := range []string{"u1", "u2", "u3"} { // of which one is no tombstone and one is not there
		must(t, s.PostponeTombstone(t.Context(), id, later))
	}
	due(later.Add(-time.Millisecond))
	due(later, account.Tombstone{UserID: "u1", Again: true})
	due(later.Add(time.Hour), account.Tombstone{UserID: "u1", Again: true})
	must(t, s.RemoveTombstone(t.Context(), "u1"))
	due(later)
	got[account.User](t)(s.UserByID(t.Context(), "u2"))
}

func idsOf(all []account.Tombstone) (ids []string) {
	for _, t := range all {
		ids = append(ids, t.UserID)
	}
	return ids
}

func sessionsOfAUserAreRemoved(t *testing.T, open Open) {
	s := open(t)
	for _, id := range []string{"s1", "s2"} {
		must(t, s.CreateSession(t.Context(), session(id, "u1")))
	}
	must(t, s.CreateSession(t.Context(), session("s3", "u2")))
	must(t, s.RemoveSessions(t.Context(), "u1"))
	for id, there := range map[string]bool{"s1": false, "s2": false, "s3": true} {
		if _, err := s.SessionByID(t.Context(), id); (err == nil) != there {
			t.Errorf("%s: %v", id, err)
		}
	}
}

func same(t *testing.T, what string, got, want []string) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %v, want %v", what, got, want)
		return
	}
	for i := range got {
		if got[i] != want[i] {
			t.Errorf("%s: %v, want %v", what, got, want)
		}
	}
}
