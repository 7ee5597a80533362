package storetest

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"testing"
	"time"

	"crm.example/pkg/outbox/outboxtest"
	"crm.example/pkg/problem"
	"crm.example/services/auth/internal/account"
)

func userComesBackAsStored(t *testing.T, open Open) {
	s, want := open(t), client("u1")
	must(t, s.CreateUser(t.Context(), want))
	want.Version = 1
	byID, byEmail := got[account.User](t)(s.UserByID(t.Context(), "u1")), got[account.User](t)(s.UserByEmail(t.Context(), want.Email))
	if !reflect.DeepEqual(byID, want) || !reflect.DeepEqual(byEmail, want) {
		t.Errorf("stored\n%+v, found\n%+v by id,\n%+v by email", want, byID, byEmail)
	}
	want.PIN, want.PINFailures, want.ResetMails, want.Company = account.PIN{}, account.Budget{}, nil, ""
	updated := got[account.User](t)(s.UpdateUser(t.Context(), "u1", func(u *account.User) error {
		version := u.Version
		*u = want
		u.Version = version
		return nil
	}))
	want.Version = 2
	if found := got[account.User](t)(s.UserByID(t.Context(), "u1")); !reflect.DeepEqual(found, want) || !reflect.DeepEqual(updated, want) {
		t.Errorf("updated to\n%+v, told\n%+v, found\n%+v", want, updated, found)
	}
}

func missingUser(t *testing.T, open Open) {
	s := open(t)
	_, byID := s.UserByID(t.Context(), "u1")
	_, byEmail := s.UserByEmail(t.Context(), "u1@example.com")
	_, update := s.UpdateUser(t.Context(), "u1", func(*account.User) error { return errors.New("change was called") })
	for _, err := range []error{byID, byEmail, update} {
		if !problem.Is(err, problem.NotFound) {
			t.Errorf("a user that is not there: %v", err)
		}
	}
}

func deletedUserIsGone(t *testing.T, open Open) {
	s := open(t)
	must(t, s.CreateUser(t.Context(), client("u1")))
	_, err := s.UpdateUser(t.Context(), "u1", func(u *account.User) error {
		*u = account.User{ID: u.ID, DeletedAt: at, Sequence: u.Sequence, Version: u.Version}
		return nil
	})
	must(t, err)
	_, byID := s.UserByID(t.Context(), "u1")
	_, byEmail := s.UserByEmail(t.Context(), "u1@example.com")
	_, update := s.UpdateUser(t.Context(), "u1", func(*account.User) error { return nil })
	for _, err := range []error{byID, byEmail, update} {
		if !problem.Is(err, problem.NotFound) {
			t.Errorf("a deleted user: %v", err)
		}
	}
}

// EmailOfADeletedUserIsFree is apart from Run: not everything that speaks MongoDB's protocol can do it.
func EmailOfADeletedUserIsFree(t *testing.T, s Store) {
	for _, id := range []string{"u1", "u2", "u3"} { // also for a second one to leave
		u := client(id)
		u.Email = "client@example.com"
		must(t, s.CreateUser(t.Context(), u))
		_, err := s.UpdateUser(t.Context(), id, func(u *account.User) error { *u = account.User{ID: id, DeletedAt: at}; return nil })
		must(t, err)
	}
}

func emailIsUniqueUnderRace(t *testing.T, open Open) {
	s := open(t)
	created := 0
	for _, err := range parallel(50, func(i int) error {
		u := client(fmt.Sprint("u", i))
		u.Email = "client@example.com"
		u.Events = []account.Event{event(u, account.Registered, 1)}
		return s.CreateUser(t.Context(), u)
	}) {
		switch {
		case err == nil:
			created++
		case !problem.Is(err, problem.EmailTaken):
			t.Errorf("the email is taken, and the answer: %v", err)
		}
	}
	if created != 1 {
		t.Errorf("%d of 50 got the email", created)
	}
	if msgs := outboxtest.Left(t, s); len(msgs) != 1 {
		t.Errorf("%d were announced", len(msgs))
	}
}

func refusedChangeStoresNothing(t *testing.T, open Open) {
	s := open(t)
	must(t, s.CreateUser(t.Context(), client("u1")))
	refused := errors.New("refused")
	_, err := s.UpdateUser(t.Context(), "u1", func(u *account.User) error {
		u.Name = "Another"
		u.Events = []account.Event{event(*u, account.Updated, 8)}
		return refused
	})
	if !errors.Is(err, refused) {
		t.Errorf("the change's error came back as %v", err)
	}
	found := got[account.User](t)(s.UserByID(t.Context(), "u1"))
	msgs := outboxtest.Left(t, s)
	if found.Name != client("u1").Name || found.Version != 1 || len(msgs) != 0 {
		t.Errorf("a refused change left %+v and %d events", found, len(msgs))
	}
}

func refusedChangeStoresRequest(t *testing.T, open Open) {
	s := open(t)
	must(t, s.CreateUser(t.Context(), client("u1")))
	refused := errors.New("refused")
	rename := func(with error) func(*account.User) error {
		return func(u *account.User) error { u.Name = "Another"; return with }
	}
	if _, err := s.UpdateUserOr(t.Context(), "u1", rename(refused), request("r1", at)); !errors.Is(err, refused) {
		t.Errorf("the change's error came back as %v", err)
	}
	if _, err := s.UpdateUserOr(t.Context(), "nobody", rename(nil), request("r2", at)); !problem.Is(err, problem.NotFound) {
		t.Errorf("nobody was updated: %v", err)
	}
	if u := got[account.User](t)(s.UserByID(t.Context(), "u1")); u.Name != client("u1").Name || u.Version != 1 {
		t.Errorf("a refused change left %+v", u)
	}
	u := got[account.User](t)(s.UpdateUserOr(t.Context(), "u1", rename(nil), request("r3", at)))
	if u.Name != "Another" || u.Version != 2 {
		t.Errorf("updated to %+v", u)
	}
	for _, id := range []string{"r1", "r2"} {
		if r := got[account.ResetRequest](t)(s.ClaimResetRequest(t.Context(), at, at.Add(time.Minute))); r.ID != id {
			t.Errorf("claimed %s, want %s", r.ID, id)
		}
	}
	if r, err := s.ClaimResetRequest(t.Context(), at, at.Add(time.Minute)); !problem.Is(err, problem.NotFound) {
		t.Errorf("claimed %s, %v, where nothing was refused", r.ID, err)
	}
}

func sameUserIsNoWrite(t *testing.T, open Open) {
	s := open(t)
	must(t, s.CreateUser(t.Context(), client("u1")))
	u := got[account.User](t)(s.UpdateUser(t.Context(), "u1", func(u *account.User) error { u.Name += ""; return nil }))
	if u.Version != 1 || u.Email != "u1@example.com" {
		t.Errorf("nothing was altered, and it came to %+v", u)
	}
}

func noUpdateIsLost(t *testing.T, open Open) {
	stores := []Store{open(t), open(t)} // two processes
	must(t, stores[0].CreateUser(t.Context(), client("u1")))
	for _, err := range parallel(32, func(i int) error {
		_, err := stores[i%2].UpdateUser(t.Context(), "u1", func(u *account.User) error {
			u.SessionEpoch++
			return nil
		})
		return err
	}) {
		must(t, err)
	}
	if u := got[account.User](t)(stores[0].UserByID(t.Context(), "u1")); u.SessionEpoch != 4+32 || u.Version != 1+32 {
		t.Errorf("after 32 updates the epoch is %d and the version %d", u.SessionEpoch, u.Version)
	}
}

func pinIsUsedOnce(t *testing.T, open Open) {
	s := open(t)
	must(t, s.CreateUser(t.Context(), client("u1")))
	used, late := 0, errors.New("used up")
	for _, err := range parallel(50, func(int) error {
		_, err := s.UpdateUser(t.Context(), "u1", func(u *account.User) error {
			if u.PIN.HMAC == nil {
				return late
			}
			u.PIN = account.PIN{}
			return nil
		})
		return err
	}) {
		if err == nil {
			used++
		} else if !errors.Is(err, late) {
			t.Error(err)
		}
	}
	if used != 1 {
		t.Errorf("the PIN was used %d times", used)
	}
}

func usersPendingRevocation(t *testing.T, open Open) {
	s := open(t)
	for i := range 5 {
		u := client(fmt.Sprint("u", i))
		u.RevocationPending = i != 2
		must(t, s.CreateUser(t.Context(), u))
	}
	_, err := s.UpdateUser(t.Context(), "u0", func(u *account.User) error { u.RevocationPending = false; return nil })
	must(t, err)
	all := got[[]account.User](t)(s.UsersPendingRevocation(t.Context(), 10))
	two := got[[]account.User](t)(s.UsersPendingRevocation(t.Context(), 2))
	if len(all) != 3 || len(two) != 2 {
		t.Errorf("3 are pending, found %d, and %d of the first 2", len(all), len(two))
	}
	for _, u := range all {
		if !u.RevocationPending || u.ID == "u0" || u.ID == "u2" {
			t.Errorf("not pending: %+v", u)
		}
	}
}

// Agents are those whose role it is at present.
func agents(t *testing.T, open Open) {
	s := open(t)
	for id, role := range map[string]account.Role{"u1": account.RoleAgent, "u2": account.RoleAdmin, "u3": account.RoleClient, "u4": account.RoleAgent, "u5": account.RoleClient, "u6": account.RoleAgent} {
		u := client(id)
		u.Role = role
		must(t, s.CreateUser(t.Context(), u))
	}
	for id, change := range map[string]func(*account.User) error{
		"u4": func(u *account.User) error { u.Role = account.RoleClient; return nil },
		"u5": func(u *account.User) error { u.Role = account.RoleAdmin; return nil },
		"u6": func(u *account.User) error { *u = account.User{ID: u.ID, DeletedAt: at}; return nil },
	} {
		_, err := s.UpdateUser(t.Context(), id, change)
		must(t, err)
	}
	ids := map[string]account.Role{}
	for _, u := range got[[]account.User](t)(s.Agents(t.Context())) {
		ids[u.ID] = u.Role
	}
	if want := map[string]account.Role{"u1": account.RoleAgent, "u2": account.RoleAdmin, "u5": account.RoleAdmin}; !maps.Equal(ids, want) {
		t.Errorf("agents are %v, want %v", ids, want)
	}
}
