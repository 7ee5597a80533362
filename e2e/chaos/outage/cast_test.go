//go:build chaos

package outage_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"crm.example/e2e/chaos/outage"
	"crm.example/e2e/crm"
	"crm.example/pkg/events"
)

// cast are those who ask while one fault lasts, signed up before it.
type cast struct {
	s        *suite
	t        *testing.T
	id       string      // unlike that of any other fault
	agent    *crm.Person // sees who is there, tags, and is an admin who keeps saved replies
	saved    string      // path of the saved reply that is changed
	dropping []string    // paths of those that are removed
	client   *crm.Person // has tickets
	ticket   crm.Ticket  // is replied to
	tagged   crm.Ticket
	ended    crm.Ticket // is rated
	closing  []crm.Ticket
	deleting []crm.Ticket
	leaving  *crm.Person // another session of the client, which ends
	fresh    crm.Tokens  // of a session that is refreshed
	revoked  *crm.Person // has logged out
	theirs   crm.Ticket  // of the revoked
	forgot   crm.User    // wants a PIN
	pinned   crm.User    // has one
	pin      string
	changing *crm.Person // sets another password
	going    *crm.Person // whose account is deleted

	opened   []*change // tickets by subject
	replies  []*change
	tags     []*change
	notes    []*change
	ratings  []*change
	closed   []string
	deleted  []string
	names    []*change
	signed   []string // emails that have an account
	loggedIn []string // access JWTs
	resets   bool     // the password is newPassword
	changed  bool     // likewise
	asked    bool     // a PIN is on its way
	left     bool
	gone     bool
}

const (
	newPassword = "another phrase of the e2e suite"
	supply      = 14 // tickets to close, and to delete

	connectionsWanted = 10
)

var casts int

func (s *suite) cast(t *testing.T) (c *cast) {
	t.Helper()
	patiently(t, func(tb testing.TB) {
		casts++
		c = &cast{s: s, t: t, id: fmt.Sprint("c", casts)}
		c.arrive(tb)
	})
	c.warmUp(t)
	return c
}

func (c *cast) arrive(t testing.TB) {
	t.Helper()
	web := crm.New(t, c.s.Target)
	c.agent = web.SignUpAdmin("Agent One")
	c.saved = c.save()
	for range supply {
		c.dropping = append(c.dropping, c.save())
	}
	c.client = web.SignUpClient("Client One")
	c.ticket = c.client.Open(c.id+" replied to", "First.")
	c.tagged = c.client.Open(c.id+" tagged", "First.")
	c.ended = c.client.Close(c.client.Open(c.id+" rated", "First.").ID)
	for i := range supply {
		c.closing = append(c.closing, c.client.Open(fmt.Sprint(c.id, " closed ", i), "First."))
		c.deleting = append(c.deleting, c.client.Open(fmt.Sprint(c.id, " deleted ", i), "First."))
	}
	c.leaving = web.LogIn(c.client.User.Email, crm.Password)
	c.fresh = web.LogIn(c.client.User.Email, crm.Password).Tokens
	c.revoked = web.SignUpClient("Client Two")
	c.theirs = c.revoked.Open(c.id+" of the revoked", "First.")
	c.revoked.Delete("/v1/user/logout").Want(http.StatusNoContent)
	c.forgot = web.SignUp("Client Three", crm.Email("forgot"))
	c.pinned = web.SignUp("Client Four", crm.Email("pinned"))
	c.pin = web.AskForPIN(c.pinned.Email)
	c.changing = web.SignUpClient("Client Six")
	c.going = web.SignUpClient("Client Five")
}

// save adds a saved reply, and gives its path.
func (c *cast) save() string {
	const path = "/v1/ticket/saved-replies"
	return path + "/" + crm.Read[struct{ ID string }](c.agent.Post(path, savedReply).Want(http.StatusCreated)).ID
}

var savedReply = crm.Fields{"name": "Thanks", "message": "Thank you."}

// warmUp has both services hold as many connections as there are probes: a change should be under way when the fault comes,
// and not wait for a connection.
func (c *cast) warmUp(t *testing.T) {
	t.Helper()
	var asking sync.WaitGroup
	for range 3 * connectionsWanted {
		asking.Go(func() {
			for _, path := range []string{"/v1/user", "/v1/ticket"} {
				c.s.ask(t, outage.Route{}, request{method: http.MethodGet, path: path, token: bearer(c.client.Tokens.AccessJWT)})
			}
		})
	}
	asking.Wait()
}

// check wants everything acknowledged to be there, once, and nothing else twice.
func (c *cast) check(t testing.TB) {
	t.Helper()
	web := crm.New(t, c.s.Target)
	client := &crm.Person{Client: c.client.For(t), User: c.client.User}
	c.checkTickets(t, client)
	if name := crm.Read[crm.User](client.Get("/v1/user")).Name; !lastly(c.names, name) {
		t.Errorf("the name is %q", name)
	}
	for _, email := range c.signed {
		web.TryLogIn(email, crm.Password).Want(http.StatusOK)
	}
	for _, token := range append(c.loggedIn, c.fresh.AccessJWT) {
		web.With(token).Get("/v1/user").Want(http.StatusOK)
	}
	if c.left {
		c.leaving.For(t).Get("/v1/user").WantProblem(http.StatusForbidden, "token-revoked")
		web.Refresh(c.leaving.Tokens.RefreshJWT).WantProblem(http.StatusForbidden, "session-ended")
	}
	if c.resets {
		web.TryLogIn(c.pinned.Email, newPassword).Want(http.StatusOK)
	}
	if c.changed {
		web.TryLogIn(c.changing.User.Email, newPassword).Want(http.StatusOK)
	}
	if c.gone {
		web.TryLogIn(c.going.User.Email, crm.Password).WantProblem(http.StatusUnauthorized, "wrong-credentials")
	}
	if c.asked {
		web.WaitForMail(c.forgot.Email, 1)
	}
}

func (c *cast) checkTickets(t testing.TB, client *crm.Person) {
	t.Helper()
	messages := map[string]int{}
	for _, m := range client.Ticket(c.ticket.ID).Conversation {
		messages[m.Message]++
	}
	subjects, desk := subjectsOf(t, client), c.deskNow(t)
	notes := map[string]int{}
	for _, n := range desk.Notes {
		notes[n.Message]++
	}
	for _, found := range []struct {
		of    []*change
		count map[string]int
	}{{c.replies, messages}, {c.opened, subjects}, {c.notes, notes}} {
		for _, change := range found.of {
			change.check(t, found.count[change.mark], "in the store")
		}
	}
	if tags := desk.Tags; len(tags) > 1 || !lastly(c.tags, strings.Join(append(tags, "Client One")[:1], "")) {
		t.Errorf("the ticket has the tags %v", tags)
	}
	comment := "Client One"
	if rating := client.Ticket(c.ended.ID).Rating; rating != nil {
		comment = rating.Comment
	}
	if !lastly(c.ratings, comment) {
		t.Errorf("the ticket is rated %q", comment)
	}
	for _, id := range c.closed {
		if status := client.Ticket(id).Status; status != "closed" {
			t.Errorf("a ticket whose closing was acknowledged is %s", status)
		}
	}
	for _, id := range c.deleted {
		client.Get("/v1/ticket/"+id).WantProblem(http.StatusNotFound, "not-found")
	}
}

func (c *cast) deskNow(t testing.TB) events.WholeDeskTicket {
	t.Helper()
	return crm.Read[events.WholeDeskTicket](c.agent.For(t).Get("/v1/ticket/" + c.tagged.ID).Want(http.StatusOK))
}

func subjectsOf(t testing.TB, client *crm.Person) map[string]int {
	t.Helper()
	subjects, cursor := map[string]int{}, ""
	for {
		var page crm.Page
		if err := json.Unmarshal(client.Get("/v1/ticket?limit=100"+cursor).Want(http.StatusOK).Body, &page); err != nil {
			t.Fatal(err)
		}
		for _, ticket := range page.Items {
			subjects[ticket.Subject]++
		}
		if page.NextCursor == nil {
			return subjects
		}
		cursor = "&cursor=" + *page.NextCursor
	}
}

// lastly tells whether the name is the last that was acknowledged, or one asked for since.
func lastly(names []*change, name string) bool {
	for i := len(names) - 1; i >= 0; i-- {
		if names[i].mark == name {
			return true
		}
		if names[i].acknowledged {
			return false
		}
	}
	return name == "Client One"
}
