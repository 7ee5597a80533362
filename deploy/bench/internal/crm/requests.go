package crm

import (
	"context"
	"crypto/rand"
	"fmt"
	mathrand "math/rand/v2"
	"net/http"
	"strings"
)

// Measured is a kind of request that is sent over and over, each time by another client or to another ticket.
type Measured struct {
	Name  string
	Share float64 // of the highest rate: writes are rarer than reads
	Send  func(ctx context.Context) error
}

// Requests are those that are measured, the ones that change nothing first.
func (a *API) Requests(clients []Client) []Measured {
	someone := func() Client { return clients[mathrand.IntN(len(clients))] }
	one := func(c Client) string { return c.tickets[mathrand.IntN(len(c.tickets))] }
	return []Measured{
		{"list 20 tickets", 1, func(ctx context.Context) error {
			return a.do(ctx, request{method: http.MethodGet, path: "/v1/ticket", token: someone().token})
		}},
		{"get a ticket", 1, func(ctx context.Context) error {
			c := someone()
			return a.do(ctx, request{method: http.MethodGet, path: "/v1/ticket/" + one(c), token: c.token})
		}},
		{"get the user", 1, func(ctx context.Context) error {
			return a.do(ctx, request{method: http.MethodGet, path: "/v1/user", token: someone().token})
		}},
		{"reply", 0.5, func(ctx context.Context) error {
			c := someone()
			return a.do(ctx, reply(c, one(c)))
		}},
		{"create a ticket", 0.5, func(ctx context.Context) error { return a.do(ctx, create(someone(), nil)) }},
	}
}

// Message is a client's, as long as a common mail.
var Message = strings.Repeat("The invoice of last month names the wrong address. ", 10) + "Please."

func create(c Client, answer any) request {
	return request{
		method: http.MethodPost, path: "/v1/ticket", token: c.token, key: rand.Text(), answer: answer,
		body: map[string]string{"subject": "Wrong address on the invoice", "message": Message},
	}
}

func reply(c Client, id string) request {
	return request{
		method: http.MethodPut, path: "/v1/ticket/" + id, token: c.token, key: rand.Text(),
		body: map[string]string{"message": Message},
	}
}

// Check makes sure that the requests are what their names say: a full page, and a conversation.
func (a *API) Check(ctx context.Context, clients []Client, replies int) error {
	var page struct {
		Items []struct{} `json:"items"`
	}
	if err := a.do(ctx, request{method: http.MethodGet, path: "/v1/ticket", token: clients[0].token, answer: &page}); err != nil {
		return err
	}
	var ticket struct {
		Conversation []struct{} `json:"conversation"`
	}
	path := "/v1/ticket/" + clients[0].tickets[0]
	if err := a.do(ctx, request{method: http.MethodGet, path: path, token: clients[0].token, answer: &ticket}); err != nil {
		return err
	}
	return expect(len(page.Items), min(20, len(clients[0].tickets)), len(ticket.Conversation), 1+replies)
}

func expect(items, wantItems, messages, wantMessages int) error {
	if items != wantItems || messages != wantMessages {
		return fmt.Errorf("a page has %d tickets and a ticket %d messages, want %d and %d", items, messages, wantItems, wantMessages)
	}
	return nil
}

// Get asks for the root, for a server that answers anything.
func (a *API) Get(ctx context.Context) error {
	return a.do(ctx, request{method: http.MethodGet, path: "/"})
}

// ReplyToAny replies to somebody's ticket, and tells which one and at which version it is now.
func (a *API) ReplyToAny(ctx context.Context, clients []Client) (ticket string, version int, err error) {
	c := clients[mathrand.IntN(len(clients))]
	var after struct {
		ID      string `json:"id"`
		Version int    `json:"version"`
	}
	r := reply(c, c.tickets[mathrand.IntN(len(c.tickets))])
	r.answer = &after
	err = a.do(ctx, r)
	return after.ID, after.Version, err
}
