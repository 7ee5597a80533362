package crm

import (
	"context"
	"crypto/rand"
	"fmt"
	mathrand "math/rand/v2"
	"strings"

	"crm.example/deploy/bench/internal/api"
	"crm.example/deploy/bench/internal/load"
)

// Operations are the requests that are measured, each time by another client or to another ticket, the ones that change
// nothing first. Each checks its answer.
func (c CRM) Operations(clients []Client) []load.Operation {
	get := func(path string, of Client, check func([]byte) error) error {
		return c.Do(api.Request{Method: "GET", Path: path, Token: of.Token, Check: check})
	}
	return []load.Operation{
		{Name: "user", Do: func(context.Context) error {
			one := Any(clients)
			return get("/v1/user", one, api.Has(one.email, 1, 1))
		}},
		{Name: "list", Do: func(context.Context) error {
			one := Any(clients)
			return get("/v1/ticket", one, api.Has(`"subject":`, min(20, len(one.tickets)), 20))
		}},
		{Name: "get", Do: func(context.Context) error {
			one := Any(clients)
			id := Any(one.tickets)
			return get("/v1/ticket/"+id, one, api.Has(`"id":"`+id+`"`, 1, 1))
		}},
		{Name: "reply", Writes: true, Do: func(context.Context) error {
			_, err := c.Reply(Any(clients))
			return err
		}},
		{Name: "create", Writes: true, Do: func(context.Context) error {
			_, err := c.open(Any(clients))
			return err
		}},
	}
}

// Any is one of them.
func Any[T any](list []T) T { return list[mathrand.IntN(len(list))] }

// Message is a client's, as long as a common mail.
var Message = strings.Repeat("The invoice of last month names the wrong address. ", 10) + "Please."

// Ticket is what a write answers.
type Ticket struct {
	ID      string `json:"id"`
	Version int    `json:"version"`
}

func (c CRM) open(by Client) (t Ticket, err error) {
	err = c.Do(api.Request{
		Method: "POST", Path: "/v1/ticket", Token: by.Token, Key: rand.Text(), Answer: &t,
		Body: map[string]string{"subject": "Wrong address on the invoice", "message": Message},
	})
	if err == nil && t.Version != 1 {
		err = fmt.Errorf("the new ticket is %+v", t)
	}
	return t, err
}

// Reply replies to one of the client's tickets.
func (c CRM) Reply(by Client) (t Ticket, err error) {
	id := Any(by.tickets)
	err = c.Do(api.Request{
		Method: "PUT", Path: "/v1/ticket/" + id, Token: by.Token, Key: rand.Text(), Answer: &t,
		Body: map[string]string{"message": Message},
	})
	if err == nil && (t.ID != id || t.Version < 2) {
		err = fmt.Errorf("the reply to %s answers %+v", id, t)
	}
	return t, err
}
