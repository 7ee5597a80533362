package storetest

import (
	"errors"
	"fmt"
	"reflect"
	"testing"

	"crm.example/pkg/outbox/outboxtest"
	"crm.example/services/auth/internal/account"
)

// A restored user is as it was, version and sequence included, and its next event has the next number.
func restoredUserIsAsItWas(t *testing.T, open Open) {
	s, want := open(t), client("u1")
	want.Version = 12
	must(t, s.RestoreUser(t.Context(), want))
	if found := got[account.User](t)(s.UserByID(t.Context(), "u1")); !reflect.DeepEqual(found, want) {
		t.Errorf("restored\n%+v, found\n%+v", want, found)
	}
	if waiting := got[[]account.User](t)(s.UsersPendingRevocation(t.Context(), 10)); len(waiting) != 1 {
		t.Errorf("%d users are to be revoked", len(waiting))
	}
	if msgs := outboxtest.Left(t, s); len(msgs) != 0 {
		t.Errorf("%d events wait: they were published elsewhere", len(msgs))
	}
}

func restoreOverwritesNothing(t *testing.T, open Open) {
	s := open(t)
	must(t, s.CreateUser(t.Context(), client("u1")))
	sameID, sameEmail := client("u1"), client("u2")
	sameID.Email, sameEmail.Email = "other@example.com", "u1@example.com"
	for _, u := range []account.User{sameID, sameEmail} {
		u.Name, u.Version = "Another", 9
		if err := s.RestoreUser(t.Context(), u); !errors.Is(err, account.ErrThere) {
			t.Errorf("%s, %s: %v", u.ID, u.Email, err)
		}
	}
	all := got[[]account.User](t)(s.UsersAfter(t.Context(), "", 10))
	if len(all) != 1 || all[0].Name != client("u1").Name || all[0].Version != 1 {
		t.Errorf("there are now %+v", all)
	}
}

// Pages in the order of the ids have every user once, and no deleted one.
func usersAfterInPages(t *testing.T, open Open) {
	s := open(t)
	for _, i := range []int{3, 1, 4, 2, 5} {
		must(t, s.CreateUser(t.Context(), client(fmt.Sprint("u", i))))
	}
	_, err := s.UpdateUser(t.Context(), "u3", func(u *account.User) error {
		*u = account.User{ID: u.ID, DeletedAt: at, Sequence: u.Sequence, Version: u.Version}
		return nil
	})
	must(t, err)
	var ids []string
	for after := ""; ; after = ids[len(ids)-1] {
		page := got[[]account.User](t)(s.UsersAfter(t.Context(), after, 3))
		if len(page) == 0 {
			break
		}
		for _, u := range page {
			ids = append(ids, u.ID)
		}
	}
	if want := []string{"u1", "u2", "u4", "u5"}; !reflect.DeepEqual(ids, want) {
		t.Errorf("got %v, want %v", ids, want)
	}
}
