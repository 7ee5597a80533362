package auth_test

import (
	"net/http"
	"testing"

	"github.com/nats-io/nats.go/jetstream"

	"crm.example/pkg/events"
	"crm.example/pkg/problem"
	"crm.example/pkg/testenv"
	"crm.example/services/auth"
	"crm.example/services/auth/internal/authtest"
)

// A backup brings a deleted account back. The erasure is repeated beside the running service: the account is gone as if it had
// been deleted there, and the others stay.
func TestErasureIsRepeatedAfterARestore(t *testing.T) {
	t.Parallel()
	for name, in := range map[string]struct {
		store func(*testing.T) func(*auth.Config, *auth.Deps)
		next  string // who signs up afterwards: with the email that is free now where every server of the kind frees it
	}{
		"in SQLite":  {func(*testing.T) func(*auth.Config, *auth.Deps) { return func(*auth.Config, *auth.Deps) {} }, "gone@example.com"},
		"in MongoDB": {func(t *testing.T) func(*auth.Config, *auth.Deps) { return inMongoDB(testenv.MongoDB(t)) }, "next@example.com"},
	} {
		for stream, lost := range map[string]bool{"the streams of before": false, "new streams": true} {
			t.Run(name+", with "+stream, func(t *testing.T) {
				t.Parallel()
				repeatErasure(t, in.store(t), in.next, lost)
			})
		}
	}
}

func repeatErasure(t *testing.T, store func(*auth.Config, *auth.Deps), next string, newStreams bool) {
	before := testenv.NATS(t)
	from := authtest.Start(t, func(_ *auth.Config, deps *auth.Deps) { deps.NATS = before })
	gone := from.SignUp(t, "gone@example.com")
	from.SignUp(t, "stays@example.com")
	backup := exported(t, from.Config)
	tokens := from.Login(t, gone.Email, authtest.Password)
	from.Do(http.MethodPost, "/v1/user/delete-account", map[string]string{"password": authtest.Password}, authtest.Bearer(tokens.AccessJWT)...).Want(t, http.StatusNoContent)
	told := func(js jetstream.JetStream) bool {
		_, err := mustStream(t, js).GetLastMsgForSubject(t.Context(), "crm.user.deleted."+gone.ID)
		return err == nil
	}
	js, err := jetstream.New(before)
	if err != nil {
		t.Fatal(err)
	}
	authtest.Eventually(t, "the deletion is published", func() bool { return told(js) })

	now := before
	if newStreams {
		now = testenv.NATS(t)
	}
	to := authtest.Start(t, store, func(cfg *auth.Config, deps *auth.Deps) {
		deps.NATS = now
		imported(t, *cfg, backup)
	})
	back := to.Login(t, gone.Email, authtest.Password)
	if accounts, err := auth.RepeatErasures(t.Context(), to.Config, before); err != nil || accounts != 1 {
		t.Fatalf("%d accounts, %v", accounts, err)
	}
	to.Do(http.MethodPost, "/v1/user/login", map[string]string{"email": gone.Email, "password": authtest.Password}).Refused(t, problem.WrongCredentials)
	to.Refresh(back.RefreshJWT).Refused(t, problem.SessionEnded)
	authtest.Eventually(t, "the access JWT is revoked", func() bool {
		return to.Do(http.MethodGet, "/v1/user", nil, authtest.Bearer(back.AccessJWT)...).Status == http.StatusForbidden
	})
	to.Login(t, "stays@example.com", authtest.Password)
	to.SignUp(t, next)
	if newStreams {
		if js, err = jetstream.New(now); err != nil {
			t.Fatal(err)
		}
		authtest.Eventually(t, "the new streams tell of the deletion", func() bool { return told(js) })
	}
	if accounts, err := auth.RepeatErasures(t.Context(), to.Config, before); err != nil || accounts != 1 {
		t.Errorf("once more: %d accounts, %v", accounts, err)
	}
	to.Login(t, next, authtest.Password)
}

func mustStream(t *testing.T, js jetstream.JetStream) jetstream.Stream {
	t.Helper()
	stream, err := js.Stream(t.Context(), events.UserStream)
	if err != nil {
		t.Fatal(err)
	}
	return stream
}
