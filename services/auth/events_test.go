package auth_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"crm.example/pkg/declared"
	"crm.example/pkg/events"
	"crm.example/pkg/testenv"
	"crm.example/services/auth"
	"crm.example/services/auth/internal/authtest"
)

func TestMain(m *testing.M) {
	code, _ := declared.Run(m, authtest.OverNATS)
	os.Exit(code)
}

// Every change of a user arrives on the stream, in order and without a gap, and says no secret.
func TestEvents(t *testing.T) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) { t.Parallel(); arrive(t) })
	t.Run("mongodb", func(t *testing.T) { t.Parallel(); arrive(t, inMongoDB(testenv.MongoDB(t))) })
}

func arrive(t *testing.T, store ...func(*auth.Config, *auth.Deps)) {
	conn := testenv.NATS(t)
	s := authtest.Start(t, append(store, func(_ *auth.Config, deps *auth.Deps) { deps.NATS = conn })...)
	user := s.SignUp(t, "client@example.com")
	access := s.Login(t, "client@example.com", authtest.Password).AccessJWT
	s.Do(http.MethodPatch, "/v1/user", `{"name":"Client Two"}`, authtest.Bearer(access)...).Want(t, http.StatusOK)
	s.Do(http.MethodPatch, "/v1/user", `{"name":"Client Two"}`, authtest.Bearer(access)...).Want(t, http.StatusOK) // changes nothing
	pin := s.ResetPIN(t, "client@example.com")
	s.Do(http.MethodPatch, "/v1/user/reset-password",
		map[string]string{"email": "client@example.com", "pin": pin, "newPassword": "ten lives of a grey cat"}).Want(t, http.StatusNoContent)
	if err := s.Service.GrantRole(t.Context(), "client@example.com", "agent"); err != nil {
		t.Fatal(err)
	}

	access = s.Login(t, "client@example.com", "ten lives of a grey cat").AccessJWT
	var changed authtest.Tokens
	s.Do(http.MethodPut, "/v1/user/password", map[string]string{"password": "ten lives of a grey cat", "newPassword": "six lives of a grey cat"},
		authtest.Bearer(access)...).Into(t, http.StatusOK, &changed)
	access = changed.AccessJWT
	s.Do(http.MethodPost, "/v1/user/delete-account", map[string]string{"password": "six lives of a grey cat"}, authtest.Bearer(access)...).Want(t, http.StatusNoContent)

	want := []struct{ verb, name, email, role string }{
		{"registered", "Client One", "client@example.com", "client"}, {"updated", "Client Two", "client@example.com", "client"},
		{"password-reset", "Client Two", "client@example.com", "client"}, {"role-changed", "Client Two", "client@example.com", "agent"},
		{"password-changed", "Client Two", "client@example.com", "agent"},
		{"deleted", "", "", ""},
	}
	for i, msg := range fetch(t, conn, len(want)) {
		var e events.Envelope
		var data events.UserData
		if err := json.Unmarshal(msg.Data(), &e); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(e.Data, &data); err != nil {
			t.Fatal(err)
		}
		w := want[i]
		if msg.Subject() != "crm.user."+w.verb+"."+user.ID || e.Type != "crm.user."+w.verb+".v1" || e.Subject != user.ID || e.Sequence != fmt.Sprintf("%010d", i+1) {
			t.Errorf("event %d: %s %+v", i, msg.Subject(), e)
		}
		if (data.User != events.User{ID: user.ID, Name: w.name, Email: w.email, Role: w.role}) {
			t.Errorf("event %d: %+v", i, data.User)
		}
		for _, secret := range []string{"$2a$", pin, access} {
			if strings.Contains(string(msg.Data()), secret) {
				t.Errorf("event %d has a secret: %s", i, msg.Data())
			}
		}
	}
}

// fetch waits for the first n events of the stream.
func fetch(t *testing.T, conn *nats.Conn, n int) (all []jetstream.Msg) {
	t.Helper()
	js, err := jetstream.New(conn)
	if err != nil {
		t.Fatal(err)
	}
	var consumer jetstream.Consumer
	authtest.Eventually(t, "the stream is there", func() bool {
		consumer, err = js.OrderedConsumer(t.Context(), events.UserStream, jetstream.OrderedConsumerConfig{})
		return err == nil
	})
	batch, err := consumer.Fetch(n, jetstream.FetchMaxWait(10*time.Second))
	if err != nil {
		t.Fatal(err)
	}
	for msg := range batch.Messages() {
		if err := authtest.OverNATS.CheckEvent(msg.Data()); err != nil {
			t.Error(err)
		}
		all = append(all, msg)
	}
	if len(all) != n {
		t.Fatalf("%d events, want %d: %v", len(all), n, batch.Error())
	}
	return all
}
