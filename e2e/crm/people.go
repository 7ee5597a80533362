package crm

import (
	"crypto/rand"
	"encoding/hex"
	"net/http"
	"strconv"
	"time"
)

// Password of everybody whom the suite signs up. It is a common one nowhere.
const Password = "a phrase of the e2e suite"

// Person is somebody who signed up and logged in; its Client sends its access JWT.
type Person struct {
	*Client
	User   User
	Tokens Tokens
}

// Email makes an address that nobody has.
func Email(prefix string) string {
	unique := make([]byte, 10)
	_, _ = rand.Read(unique) // never fails
	return prefix + "-" + hex.EncodeToString(unique) + "@example.com"
}

// SignUpClient makes a client who is logged in.
func (c *Client) SignUpClient(name string) *Person {
	c.t.Helper()
	return c.LogIn(c.SignUp(name, Email("client")).Email, Password)
}

// SignUpAgent makes an agent who is logged in.
func (c *Client) SignUpAgent(name string) *Person {
	c.t.Helper()
	return c.signUpAs("agent", name)
}

// SignUpAdmin makes an admin who is logged in.
func (c *Client) SignUpAdmin(name string) *Person {
	c.t.Helper()
	return c.signUpAs("admin", name)
}

func (c *Client) signUpAs(role, name string) *Person {
	c.t.Helper()
	user := c.SignUp(name, Email(role))
	c.Grant(user.Email, role)
	return c.LogIn(user.Email, Password)
}

// SignUp makes an account with Password.
func (c *Client) SignUp(name, email string) User {
	c.t.Helper()
	body := Fields{"name": name, "email": email, "password": Password}
	return Read[User](c.Patiently(Request{Method: http.MethodPost, Path: "/v1/user", Body: body}).Want(http.StatusCreated))
}

// LogIn begins a session.
func (c *Client) LogIn(email, password string) *Person {
	c.t.Helper()
	tokens := Read[Tokens](c.TryLogIn(email, password).Want(http.StatusOK))
	return &Person{Client: c.With(tokens.AccessJWT), User: tokens.User, Tokens: tokens}
}

// TryLogIn is LogIn with any outcome.
func (c *Client) TryLogIn(email, password string) Answer {
	c.t.Helper()
	body := Fields{"email": email, "password": password}
	return c.Patiently(Request{Method: http.MethodPost, Path: "/v1/user/login", Body: body})
}

// Refresh trades a refresh JWT, with any outcome.
func (c *Client) Refresh(refreshJWT string) Answer {
	c.t.Helper()
	return c.With("").Post("/v1/user/refresh", Fields{"refreshJWT": refreshJWT})
}

// Grant gives a role as whoever runs the deployment does.
func (c *Client) Grant(email, role string) {
	c.t.Helper()
	if err := c.target.Grant(c.t.Context(), email, role); err != nil {
		c.t.Fatal(err)
	}
}

// Open opens a ticket.
func (p *Person) Open(subject, message string) Ticket {
	p.t.Helper()
	return Read[Ticket](p.Post("/v1/ticket", Fields{"subject": subject, "message": message}).Want(http.StatusCreated))
}

// Reply adds a message to a ticket.
func (p *Person) Reply(id, message string) Ticket {
	p.t.Helper()
	return Read[Ticket](p.Put("/v1/ticket/"+id, Fields{"message": message}).Want(http.StatusOK))
}

// Close closes a ticket.
func (p *Person) Close(id string) Ticket {
	p.t.Helper()
	return Read[Ticket](p.Patch("/v1/ticket/close-ticket/"+id, nil).Want(http.StatusOK))
}

// Ticket reads a ticket.
func (p *Person) Ticket(id string) Ticket {
	p.t.Helper()
	return Read[Ticket](p.Get("/v1/ticket/" + id).Want(http.StatusOK))
}

// hashing bounds how many passwords the suite has hashed at once: a server refuses more than it can do.
var hashing = make(chan struct{}, 2)

// Patiently sends a request whose answer costs the server a password hash, and sends it again while the
// server says that it is busy.
func (c *Client) Patiently(in Request) Answer {
	c.t.Helper()
	hashing <- struct{}{}
	defer func() { <-hashing }()
	for {
		answer := c.Send(in)
		if answer.Status != http.StatusServiceUnavailable {
			return answer
		}
		answer.WantProblem(http.StatusServiceUnavailable, "busy")
		seconds, _ := strconv.Atoi(answer.Header.Get("Retry-After"))
		select {
		case <-c.t.Context().Done():
			c.t.Fatal("the server stays busy")
		case <-time.After(time.Duration(seconds) * time.Second):
		}
	}
}
