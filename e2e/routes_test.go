package e2e_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"crm.example/e2e/crm"
)

func TestLocationOfWhatWasCreated(t *testing.T) {
	t.Parallel()
	body := crm.Fields{"name": "Client One", "email": crm.Email("client"), "password": crm.Password, "company": "Example Ltd", "phone": "030 1234567", "address": "1 Example Street"}
	answer := stranger(t).Patiently(crm.Request{Method: http.MethodPost, Path: "/v1/user", Body: body}).Want(http.StatusCreated)
	if got := answer.Header.Get("Location"); got != "/v1/user" {
		t.Errorf("Location of a user is %q", got)
	}
	user := crm.Read[crm.User](answer)
	if user.Company != "Example Ltd" || user.Phone != "030 1234567" || user.Address != "1 Example Street" {
		t.Errorf("signed up as %+v", user)
	}
	client := stranger(t).LogIn(user.Email, crm.Password)
	answer = client.Post("/v1/ticket", crm.Fields{"subject": "Where", "message": "Hello.", "priority": "high"}).Want(http.StatusCreated)
	ticket := crm.Read[crm.Ticket](answer)
	if ticket.Priority != "high" {
		t.Errorf("opened with the priority %s", ticket.Priority)
	}
	if got := answer.Header.Get("Location"); got != "/v1/ticket/"+ticket.ID {
		t.Errorf("Location of ticket %s is %q", ticket.ID, got)
	}
	if found := crm.Read[crm.Ticket](client.Get(answer.Header.Get("Location")).Want(http.StatusOK)); found.ID != ticket.ID {
		t.Errorf("at the location is %s", found.ID)
	}
}

func TestWhatMayBeCached(t *testing.T) {
	t.Parallel()
	client := stranger(t).SignUpClient("Client One")
	for _, path := range []string{"/v1/user", "/v1/ticket"} {
		if got := client.Get(path).Want(http.StatusOK).Header.Get("Cache-Control"); got != "no-store" {
			t.Errorf("Cache-Control of %s is %q", path, got)
		}
	}
	if got := client.Refresh(client.Tokens.RefreshJWT).Want(http.StatusOK).Header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("Cache-Control of tokens is %q", got)
	}
	if got := stranger(t).Get("/.well-known/jwks.json").Want(http.StatusOK).Header.Get("Cache-Control"); !strings.Contains(got, "max-age=") {
		t.Errorf("Cache-Control of the JWK Set is %q", got)
	}
}

// The JWK Set has public Ed25519 keys and nothing private.
func TestJWKSet(t *testing.T) {
	t.Parallel()
	set := crm.Read[struct{ Keys []map[string]any }](stranger(t).Get("/.well-known/jwks.json").Want(http.StatusOK))
	if len(set.Keys) == 0 {
		t.Fatal("no keys")
	}
	for _, key := range set.Keys {
		if _, private := key["d"]; private || key["kty"] != "OKP" || key["crv"] != "Ed25519" || key["kid"] == "" {
			t.Errorf("key %v", key)
		}
	}
}

func TestRequestIDs(t *testing.T) {
	t.Parallel()
	client := stranger(t).SignUpClient("Client One")
	for sent, kept := range map[string]bool{
		"order-4711.retry_2": true, strings.Repeat("a", 64): true,
		"": false, "a b": false, "<script>": false, strings.Repeat("a", 65): false, "é": false,
	} {
		for _, path := range []string{"/v1/user", "/v1/ticket", "/v1/ticket/" + absent} {
			answer := client.Send(crm.Request{Method: http.MethodGet, Path: path, Header: http.Header{"X-Request-Id": {sent}}})
			if got := answer.Header.Get("X-Request-Id"); (got == sent) != kept || got == "" {
				t.Errorf("sent the id %q, got %q", sent, got)
			}
		}
	}
}

// A token that does not count is answered with a challenge (RFC 6750).
func TestChallenges(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/v1/user", "/v1/ticket"} {
		for token, code := range map[string]string{"": "token-missing", "garbage": "token-invalid"} {
			answer := stranger(t).With(token).Send(crm.Request{Method: http.MethodGet, Path: path, Wrong: true})
			answer.WantProblem(http.StatusForbidden, code)
			if got := answer.Header.Get("WWW-Authenticate"); !strings.HasPrefix(got, "Bearer") {
				t.Errorf("%s: WWW-Authenticate is %q", code, got)
			}
		}
	}
}

func TestCORS(t *testing.T) {
	t.Parallel()
	const origin = "https://portal.example"
	for _, path := range []string{"/v1/ticket", "//v1/ticket", "/v1/ticket/%20", "/v1/ticket/a;b", "/v1/ticket/{id}"} {
		preflight := stranger(t).Send(crm.Request{Method: http.MethodOptions, Path: path, Wrong: true, Header: http.Header{
			"Origin": {origin}, "Access-Control-Request-Method": {"PUT"}, "Access-Control-Request-Headers": {"authorization,content-type"},
		}})
		preflight.Want(http.StatusNoContent)
		wantListed(t, preflight, "Access-Control-Allow-Methods", "GET", "POST", "PUT", "PATCH", "DELETE")
		wantListed(t, preflight, "Access-Control-Allow-Headers",
			"Authorization", "Content-Type", "Idempotency-Key", "If-Match", "Last-Event-ID", "X-Request-Id", "Traceparent", "Tracestate", "Baggage", "Sentry-Trace")
	}

	for _, path := range []string{"/healthz", "/v1/user", "/v1/ticket", "/nowhere"} {
		answer := stranger(t).Send(crm.Request{Method: http.MethodGet, Path: path, Wrong: true, Header: http.Header{"Origin": {origin}}})
		if got := answer.Header.Get("Access-Control-Allow-Origin"); got != "*" && got != origin {
			t.Errorf("%s: Access-Control-Allow-Origin is %q", path, got)
		}
		if answer.Header.Get("Access-Control-Allow-Credentials") != "" {
			t.Errorf("%s: credentials are allowed", path)
		}
		wantListed(t, answer, "Access-Control-Expose-Headers", "Location", "ETag", "Retry-After", "WWW-Authenticate", "X-Request-Id")
	}
}

func wantListed(t *testing.T, answer crm.Answer, header string, names ...string) {
	t.Helper()
	listed := strings.Split(strings.ReplaceAll(answer.Header.Get(header), " ", ""), ",")
	for _, name := range names {
		if !slices.Contains(listed, name) {
			t.Errorf("%s is %q, want %s in it", header, answer.Header.Get(header), name)
		}
	}
}

// Every problem that the contract knows has its page, and no other.
func TestPagesOfProblems(t *testing.T) {
	t.Parallel()
	list := crm.Read[struct{ Problems []crm.Problem }](stranger(t).Get("/problems").Want(http.StatusOK)).Problems
	if len(list) < 25 {
		t.Errorf("only %d problems", len(list))
	}
	for _, p := range list {
		page := crm.Read[crm.Problem](stranger(t).Get("/problems/" + p.Code).Want(http.StatusOK))
		if page.Code != p.Code || page.Status != p.Status || page.Title == "" {
			t.Errorf("/problems/%s is %+v", p.Code, page)
		}
	}
	stranger(t).Get("/problems/no-such-problem").WantProblem(http.StatusNotFound, "not-found")
}

// The contract of the events is there to read, whatever the deployment.
func TestEventContract(t *testing.T) {
	t.Parallel()
	answer := stranger(t).Get("/asyncapi.yaml").Want(http.StatusOK)
	for _, text := range []string{"asyncapi: 3.", "crm.ticket.created.{clientId}.{ticketId}", "crm.user.deleted.{userId}"} {
		if !strings.Contains(string(answer.Body), text) {
			t.Errorf("/asyncapi.yaml does not say %s", text)
		}
	}
}

// A copy of a contract that is still right is not sent again.
func TestContractsAreNotSentTwice(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/openapi.json", "/asyncapi.yaml"} {
		tag := stranger(t).Get(path).Want(http.StatusOK).Header.Get("ETag")
		stranger(t).Send(crm.Request{Method: http.MethodGet, Path: path, Header: http.Header{"If-None-Match": {tag}}}).Want(http.StatusNotModified)
	}
}

func TestHealth(t *testing.T) {
	t.Parallel()
	stranger(t).Get("/healthz").Want(http.StatusOK)
	stranger(t).Get("/readyz").Want(http.StatusOK)
	stranger(t).Get("/openapi.json").Want(http.StatusOK)
}
