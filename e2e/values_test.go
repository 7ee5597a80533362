package e2e_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"crm.example/e2e/crm"
)

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

// Ids are found in any case, as RFC 9562 wants them read.
func TestIDsInCapitals(t *testing.T) {
	t.Parallel()
	client := stranger(t).SignUpClient("Client One")
	ticket := client.Open("Capitals", "Hello.")
	if got := client.Ticket(strings.ToUpper(ticket.ID)); got.ID != ticket.ID {
		t.Errorf("found %s", got.ID)
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
