package mongostore_test

import (
	"testing"
	"time"

	"crm.example/pkg/mongo/mongotest"
	"crm.example/pkg/testenv"
	"crm.example/services/auth/internal/account"
)

// A request that waits long waits no longer for the store.
func TestCallsAreBounded(t *testing.T) {
	t.Parallel()
	var bounds mongotest.Bounds
	s := open(t, testenv.MongoDB(t), bounds.Watch(t))
	must(t, s.Ready(t.Context()))
	ctx, now := bounds.Begin(t), time.Now().UTC().Truncate(time.Millisecond)
	must(t, s.CreateUser(ctx, person("u1")))
	_, err := s.UserByEmail(ctx, "u1@example.com")
	must(t, err)
	_, err = s.UpdateUser(ctx, "u1", func(u *account.User) error { u.Phone = "1"; return nil })
	must(t, err)
	must(t, s.CreateSession(ctx, account.Session{ID: "s1", UserID: "u1", CreatedAt: now, ExpiresAt: now.Add(time.Hour)}))
	_, err = s.SessionByID(ctx, "s1")
	must(t, err)
	must(t, s.AddResetRequest(ctx, account.ResetRequest{ID: "r1", Email: "u1@example.com", RequestedAt: now, ExpiresAt: now.Add(time.Hour), DueAt: now}))
	must(t, s.FinishResetRequest(ctx, "r1"))
	_, err = s.Keys(ctx)
	must(t, err)
}
