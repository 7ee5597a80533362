package storetest

import (
	"fmt"
	"testing"

	"crm.example/pkg/events"
	"crm.example/pkg/outbox/outboxtest"
	"crm.example/services/auth/internal/account"
)

// Every user is announced as it is and stays so, but for those of whom something waits or has happened since.
func rebuildTellsWhatIsThere(t *testing.T, open Open) {
	s := open(t)
	for i := range 4 {
		must(t, s.CreateUser(t.Context(), client(fmt.Sprint("u", i))))
	}
	happen := func(id string, change func(*account.User)) {
		got[account.User](t)(s.UpdateUser(t.Context(), id, func(u *account.User) error {
			change(u)
			u.Sequence++
			u.Events = append(u.Events, event(*u, account.Updated, u.Sequence))
			return nil
		}))
	}
	happen("u1", func(u *account.User) { u.Name = "Waits" })
	happen("u2", func(u *account.User) {
		*u = account.User{ID: u.ID, DeletedAt: at, Version: u.Version, Sequence: u.Sequence}
	})
	before := got[account.User](t)(s.UserByID(t.Context(), "u3"))
	nextID := 0
	newID := func() string { nextID++; return fmt.Sprint("restated-", nextID) }
	for _, want := range []int{2, 0} {
		if n := got[int](t)(account.Rebuild(t.Context(), s, newID)); n != want {
			t.Errorf("announced %d, want %d", n, want)
		}
	}
	if after := got[account.User](t)(s.UserByID(t.Context(), "u3")); after.Version != before.Version || after.Sequence != before.Sequence {
		t.Errorf("was %+v, is %+v", before, after)
	}
	must(t, s.MarkPublished(t.Context(), outboxtest.Left(t, s)))
	stale := account.Event{ID: "stale", Verb: account.Updated, Sequence: before.Sequence - 1, At: at, UserID: "u3"}
	if n := got[int](t)(s.Restate(t.Context(), []account.Event{stale})); n != 0 {
		t.Error("what was true once was announced")
	}
	got[int](t)(account.Rebuild(t.Context(), s, newID))
	happen("u3", func(u *account.User) { u.Name = "Later" })
	var told []events.UserUpdated
	for _, m := range outboxtest.Left(t, s) {
		e := got[events.UserUpdated](t)(events.Decode[events.UserUpdated](m.Body))
		if e.User.ID == "u3" {
			told = append(told, e)
		}
	}
	if len(told) != 2 || told[0].Sequence != before.Sequence || told[0].User.Email != before.Email || told[1].Sequence != before.Sequence+1 {
		t.Errorf("told %+v", told)
	}
}
