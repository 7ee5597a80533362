package storetest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"crm.example/pkg/events"
	"crm.example/pkg/outbox/outboxtest"
	"crm.example/pkg/problem"
	"crm.example/services/auth/internal/account"
)

func eventsArePartOfTheirChange(t *testing.T, open Open) {
	s, u := open(t), client("u1")
	u.Events = []account.Event{event(u, account.Registered, 1)}
	must(t, s.CreateUser(t.Context(), u))
	updated := got[account.User](t)(s.UpdateUser(t.Context(), "u1", func(u *account.User) error {
		u.Sequence = 9
		u.Events = []account.Event{event(*u, account.Updated, 2), event(*u, account.RoleChanged, 3)}
		return nil
	}))
	if len(updated.Events) != 0 {
		t.Errorf("announced events are still with the user: %+v", updated.Events)
	}
	msgs := outboxtest.Left(t, s)
	if len(msgs) != 3 || msgs[0].Subject != "crm.user.registered.u1" || msgs[2].Subject != "crm.user.role-changed.u1" {
		t.Fatalf("announced %+v", msgs)
	}
	for _, secret := range []string{u.PasswordHash, "hmac", "company"} {
		if bytes.Contains(msgs[1].Body, []byte(secret)) {
			t.Errorf("%s is in the event %s", secret, msgs[1].Body)
		}
	}
	must(t, s.MarkPublished(t.Context(), msgs[:1]))
	if left := outboxtest.Left(t, s); len(left) != 2 || left[0].ID != "u1-2" {
		t.Errorf("after the first was settled the next is %+v", left)
	}
}

func eventsAreGapFreeUnderRace(t *testing.T, open Open) {
	s, u := open(t), client("u1")
	u.Sequence = 0
	must(t, s.CreateUser(t.Context(), u))
	for _, err := range parallel(32, func(int) error {
		_, err := s.UpdateUser(t.Context(), "u1", func(u *account.User) error {
			u.Sequence++
			u.Events = append(u.Events, event(*u, account.Updated, u.Sequence))
			return nil
		})
		return err
	}) {
		must(t, err)
	}
	msgs := outboxtest.Left(t, s)
	if len(msgs) != 32 {
		t.Errorf("%d events are in the outbox of 32", len(msgs))
	}
	for i, m := range msgs {
		var e events.Envelope
		must(t, json.Unmarshal(m.Body, &e))
		if want := fmt.Sprintf("%010d", i+1); e.Sequence != want {
			t.Fatalf("sequence %s stands where %s should", e.Sequence, want)
		}
	}
}

func allIsThereAfterACrash(t *testing.T, open Open) {
	s, u := open(t), client("u1")
	u.Events = []account.Event{event(u, account.Registered, 1)}
	must(t, s.CreateUser(t.Context(), u))
	must(t, s.CreateSession(t.Context(), session("s1", "u1")))
	must(t, s.AddResetRequest(t.Context(), request("r1", at)))
	must(t, s.AddKey(t.Context(), account.Key{ID: "k1", CreatedAt: at, Data: []byte{1}}))

	again := open(t) // the first was not closed
	got[account.User](t)(again.UserByEmail(t.Context(), u.Email))
	got[account.Session](t)(again.SessionByID(t.Context(), "s1"))
	got[account.ResetRequest](t)(again.ClaimResetRequest(t.Context(), at, at.Add(time.Minute)))
	keys, msgs := got[[]account.Key](t)(again.Keys(t.Context())), outboxtest.Left(t, again)
	if len(keys) != 1 || len(msgs) != 1 {
		t.Errorf("%d keys and %d events are left of 1 each", len(keys), len(msgs))
	}
}

func keys(t *testing.T, open Open) {
	stores := []Store{open(t), open(t)}
	must(t, stores[0].AddKey(t.Context(), account.Key{ID: "b", CreatedAt: at, Data: []byte("first")}))
	must(t, stores[1].AddKey(t.Context(), account.Key{ID: "b", CreatedAt: at.Add(1e9), Data: []byte("second")}))
	must(t, stores[1].AddKey(t.Context(), account.Key{ID: "c", CreatedAt: at.Add(-time.Hour), Data: []byte{0, 255}}))
	must(t, stores[1].AddKey(t.Context(), account.Key{ID: "a", CreatedAt: at, Data: []byte{1}}))
	must(t, stores[0].RemoveKey(t.Context(), "a"))
	must(t, stores[0].RemoveKey(t.Context(), "a"))
	list := got[[]account.Key](t)(stores[1].Keys(t.Context()))
	if len(list) != 2 || list[0].ID != "c" || !bytes.Equal(list[0].Data, []byte{0, 255}) ||
		string(list[1].Data) != "first" || !list[1].CreatedAt.Equal(at) {
		t.Errorf("keys are %+v", list)
	}
}

func endedContext(t *testing.T, open Open) {
	s := open(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, read := s.UserByID(ctx, "u1")
	write := s.CreateUser(ctx, client("u1"))
	for _, err := range []error{read, write} {
		if !problem.Is(err, problem.Unavailable) {
			t.Errorf("with an ended context: %v", err)
		}
	}
}
