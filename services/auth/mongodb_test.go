package auth_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"crm.example/pkg/problem"
	"crm.example/pkg/registry/memory"
	"crm.example/pkg/testenv"
	"crm.example/services/auth"
	"crm.example/services/auth/internal/authtest"
)

// inMongoDB keeps the store in a database.
func inMongoDB(uri string) func(*auth.Config, *auth.Deps) {
	return func(cfg *auth.Config, _ *auth.Deps) { cfg.StoreURL = uri }
}

// replicasInMongoDB are two that share a database and a registry.
func replicasInMongoDB(t *testing.T, uri string) (one, other *authtest.Server) {
	shared := memory.New()
	share := func(cfg *auth.Config, deps *auth.Deps) { deps.Tokens, deps.Throttle = shared, shared }
	return authtest.Start(t, inMongoDB(uri), share), authtest.Start(t, inMongoDB(uri), share)
}

// Whatever one replica does, the other knows.
func TestReplicasInMongoDB(t *testing.T) {
	t.Parallel()
	one, other := replicasInMongoDB(t, testenv.MongoDB(t))
	one.SignUp(t, "client@example.com")
	other.Do(http.MethodPost, "/v1/user", map[string]string{"name": "Client Two", "email": "client@example.com", "password": authtest.Password}).Refused(t, problem.EmailTaken)
	first := other.Login(t, "client@example.com", authtest.Password)
	var second authtest.Tokens
	one.Refresh(first.RefreshJWT).Into(t, http.StatusOK, &second)
	other.Do(http.MethodGet, "/v1/user", nil, authtest.Bearer(second.AccessJWT)...).Want(t, http.StatusOK)
	other.Do(http.MethodDelete, "/v1/user/logout", nil, authtest.Bearer(second.AccessJWT)...).Want(t, http.StatusNoContent)
	one.Refresh(second.RefreshJWT).Refused(t, problem.SessionEnded)
	one.Do(http.MethodGet, "/v1/user", nil, authtest.Bearer(second.AccessJWT)...).Refused(t, problem.TokenRevoked)

	ask(one).Want(t, http.StatusAccepted)
	var pins []string
	authtest.Eventually(t, "the PIN mail is there", func() bool { pins = append(one.PINs(t), other.PINs(t)...); return len(pins) > 0 })
	reset := map[string]string{"email": "client@example.com", "pin": pins[0], "newPassword": "ten lives of a grey cat"}
	other.Do(http.MethodPatch, "/v1/user/reset-password", reset).Want(t, http.StatusNoContent)
	one.Do(http.MethodPatch, "/v1/user/reset-password", reset).Refused(t, problem.PINInvalid)
	one.Login(t, "client@example.com", "ten lives of a grey cat")
}

// A database without its unique index makes the service unready, and readiness says which.
func TestUnreadyWithoutEmailIndex(t *testing.T) {
	t.Parallel()
	uri := testenv.MongoDB(t)
	s := authtest.Start(t, inMongoDB(uri))
	authtest.Eventually(t, "the service is ready", func() bool { return s.Do(http.MethodGet, "/readyz", nil).Status == http.StatusOK })
	client, err := mongo.Connect(options.Client().ApplyURI(uri))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = client.Disconnect(context.Background()) }()
	_, name, _ := strings.Cut(strings.TrimPrefix(uri, "mongodb://"), "/")
	name, _, _ = strings.Cut(name, "?")
	if err := client.Database(name).Collection("users").Indexes().DropOne(t.Context(), "email"); err != nil {
		t.Fatal(err)
	}
	var answer authtest.Response
	authtest.Eventually(t, "it is not ready", func() bool { answer = s.Do(http.MethodGet, "/readyz", nil); return answer.Status != http.StatusOK })
	if answer.Status != http.StatusServiceUnavailable || !strings.Contains(string(answer.Body), "users has no index email") {
		t.Errorf("readiness says %d %s", answer.Status, answer.Body)
	}
	s.Do(http.MethodPost, "/v1/user/login", map[string]string{"email": "client@example.com", "password": authtest.Password}).Refused(t, problem.Unavailable)
}
