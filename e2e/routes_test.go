package e2e_test

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"crm.example/e2e/crm"
)

func TestLocationOfWhatWasCreated(t *testing.T) {
	t.Parallel()
	body := crm.Fields{"name": "Client One", "email": crm.Email("client"), "password": crm.Password}
	answer := stranger(t).Patiently(crm.Request{Method: http.MethodPost, Path: "/v1/user", Body: body}).Want(http.StatusCreated)
	if got := answer.Header.Get("Location"); got != "/v1/user" {
		t.Errorf("Location of a user is %q", got)
	}
	client := stranger(t).LogIn(crm.Read[crm.User](answer).Email, crm.Password)
	answer = client.Post("/v1/ticket", crm.Fields{"subject": "Where", "message": "Hello."}).Want(http.StatusCreated)
	ticket := crm.Read[crm.Ticket](answer)
	if got := answer.Header.Get("Location"); got != "/v1/ticket/"+ticket.ID {
		t.Errorf("Location of ticket %s is %q", ticket.ID, got)
	}
	if found := crm.Read[crm.Ticket](client.Get(answer.Header.Get("Location")).Want(http.StatusOK)); found.ID != ticket.ID {
		t.Errorf("at the location is %s", found.ID)
	}
}

var (
	uuid7 = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	stamp = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$`)
)

// Ids are UUIDv7, times RFC 3339 in UTC with milliseconds.
func TestSpellingOfIDsAndTimes(t *testing.T) {
	t.Parallel()
	client := stranger(t).SignUpClient("Client One")
	ticket := client.Open("Spelling", "Hello.")
	closed := client.Close(ticket.ID)
	first := ticket.Conversation[0]
	for _, id := range []string{client.User.ID, ticket.ID, first.ID} {
		if !uuid7.MatchString(id) {
			t.Errorf("id %q is no UUIDv7", id)
		}
	}
	times := []string{client.User.CreatedAt, ticket.OpenedAt, ticket.UpdatedAt, ticket.LastMessageAt, first.SentAt, closed.UpdatedAt, *closed.ClosedAt}
	for _, at := range times {
		if !stamp.MatchString(at) {
			t.Errorf("time %q", at)
		}
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
	preflight := stranger(t).Send(crm.Request{Method: http.MethodOptions, Path: "/v1/ticket", Wrong: true, Header: http.Header{
		"Origin": {origin}, "Access-Control-Request-Method": {"PUT"}, "Access-Control-Request-Headers": {"authorization,content-type"},
	}})
	preflight.Want(http.StatusNoContent)
	wantListed(t, preflight, "Access-Control-Allow-Methods", "GET", "POST", "PUT", "PATCH", "DELETE")
	wantListed(t, preflight, "Access-Control-Allow-Headers",
		"Authorization", "Content-Type", "Idempotency-Key", "If-Match", "Last-Event-ID", "X-Request-Id")

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

func TestHealth(t *testing.T) {
	t.Parallel()
	stranger(t).Get("/healthz").Want(http.StatusOK)
	stranger(t).Get("/readyz").Want(http.StatusOK)
	stranger(t).Get("/openapi.json").Want(http.StatusOK)
}

// A merge patch (RFC 7396): what is absent stays, null clears, and a name cannot be cleared.
func TestProfile(t *testing.T) {
	t.Parallel()
	client := stranger(t).SignUpClient("Client One")
	patch := func(body crm.Fields) crm.User {
		t.Helper()
		return crm.Read[crm.User](client.Patch("/v1/user", body).Want(http.StatusOK))
	}
	patch(crm.Fields{"company": "Example Ltd", "phone": " 030 1234567 ", "address": "1 Example Street"})
	patch(crm.Fields{"name": "Client Renamed", "company": nil})
	got := patch(crm.Fields{})
	want := client.User
	want.Name, want.Phone, want.Address = "Client Renamed", "030 1234567", "1 Example Street"
	if got != want {
		t.Errorf("profile %+v, want %+v", got, want)
	}
	if now := crm.Read[crm.User](client.Get("/v1/user").Want(http.StatusOK)); now != want {
		t.Errorf("profile %+v, want %+v", now, want)
	}
}

// What is at its limit is taken, and given back as it was sent but for white space around it.
func TestLongestTexts(t *testing.T) {
	t.Parallel()
	client := stranger(t).SignUpClient(strings.Repeat("é", 100))
	subject, message := strings.Repeat("語", 100), strings.Repeat("🙂", 9_999)+"\n."
	message = string([]rune(message)[1:])
	ticket := crm.Read[crm.Ticket](client.Send(crm.Request{Method: http.MethodPost, Path: "/v1/ticket", Wrong: true, // until it is trimmed
		Body: crm.Fields{"subject": "  " + subject + "\t", "message": "\n" + message + "\n "}}).Want(http.StatusCreated))
	if ticket.Subject != subject || ticket.Conversation[0].Message != message {
		t.Errorf("subject of %d and message of %d characters came back as %d and %d", len([]rune(subject)), len([]rune(message)),
			len([]rune(ticket.Subject)), len([]rune(ticket.Conversation[0].Message)))
	}
	password := strings.Repeat("é", 36) // 72 bytes
	email := crm.Email("client")
	body := crm.Fields{"name": "Client One", "email": " " + strings.ToUpper(email) + " ", "password": password}
	stranger(t).Patiently(crm.Request{Method: http.MethodPost, Path: "/v1/user", Body: body, Wrong: true}).Want(http.StatusCreated)
	stranger(t).LogIn(email, password)
}

// Closing and editing change nothing where nothing is to change.
func TestNothingToChange(t *testing.T) {
	t.Parallel()
	client := stranger(t).SignUpClient("Client One")
	ticket := client.Open("Same", "Hello.")
	same := crm.Read[crm.Ticket](client.Put("/v1/ticket/"+ticket.ID, crm.Fields{"subject": "Same", "priority": "normal"}).Want(http.StatusOK))
	if same.Version != ticket.Version || same.UpdatedAt != ticket.UpdatedAt {
		t.Errorf("an edit that changes nothing made version %d", same.Version)
	}
	closed := client.Close(ticket.ID)
	if again := client.Close(ticket.ID); again.Version != closed.Version || *again.ClosedAt != *closed.ClosedAt {
		t.Errorf("closing again made version %d", again.Version)
	}
}

// Ids are found in any case, as RFC 9562 wants them read.
func TestIDsInCapitals(t *testing.T) {
	t.Parallel()
	client := stranger(t).SignUpClient("Client One")
	ticket := client.Open("Capitals", "Hello.")
	if got := client.Ticket(strings.ToUpper(ticket.ID)); got.ID != ticket.ID {
		t.Errorf("found %s", got.ID)
	}
}

// A cursor goes with another limit, since only filters and whose list it is are bound to it.
func TestCursorWithAnotherLimit(t *testing.T) {
	t.Parallel()
	client := stranger(t).SignUpClient("Client One")
	for range 3 {
		client.Open("One of three", "Hello.")
	}
	page := crm.Read[crm.Page](client.Get("/v1/ticket?limit=1").Want(http.StatusOK))
	query := url.Values{"limit": {"2"}, "cursor": {*page.NextCursor}}
	if rest := crm.Read[crm.Page](client.Get("/v1/ticket?" + query.Encode()).Want(http.StatusOK)); len(rest.Items) != 2 || rest.NextCursor != nil {
		t.Errorf("the rest is %+v", rest)
	}
}
