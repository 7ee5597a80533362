//go:build chaos

package outage_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"crm.example/e2e/chaos/outage"
	"crm.example/e2e/crm"
)

// probe asks one route, one request after the other.
type probe struct {
	route   outage.Route
	revoked bool
	next    func() *request     // nil when there is nothing left to ask
	learn   func(a answer) bool // notes what the answer says, and tells whether it is the usual one
	excuse  func(a answer) bool // the probe itself is the reason for this answer, and not the fault
}

// probes are one for each row of the table.
func (c *cast) probes() (all []*probe) {
	for _, route := range outage.Routes {
		if !c.s.has(route) {
			c.t.Errorf("%s is in the table of outages, and not in the contract", route.Title())
			continue
		}
		p := &probe{route: route, learn: func(a answer) bool { return a.status == route.Success }, excuse: never}
		c.arm(p)
		all = append(all, p)
		if route.Revoked {
			all = append(all, c.intruder(route))
		}
	}
	return all
}

func always(in request) func() *request { return func() *request { return &in } }

func never(answer) bool { return false }

func get(path, token string) func() *request {
	return always(request{method: http.MethodGet, path: path, token: token})
}

func bearer(token string) string { return "Bearer " + token }

// arm gives the probe of a route its requests.
func (c *cast) arm(p *probe) {
	token := bearer(c.client.Tokens.AccessJWT)
	switch p.route.Name {
	case "GET /v1/ticket/events":
		p.next = get("/v1/ticket/events", token)
	case "POST /v1/user":
		c.signUp(p)
	case "GET /v1/user":
		p.next = get("/v1/user", token)
	case "PATCH /v1/user":
		c.rename(p, token)
	case "GET /v1/user/agents", "GET /v1/user/clients/{id}":
		_, path, _ := cut(p.route.Name)
		p.next = get(strings.ReplaceAll(path, "{id}", c.client.User.ID), bearer(c.agent.Tokens.AccessJWT))
	case "POST /v1/user/login":
		c.logIn(p)
	case "POST /v1/user/refresh":
		c.refresh(p)
	case "DELETE /v1/user/logout":
		c.logOut(p)
	case "POST /v1/user/reset-password":
		c.askForPIN(p)
	case "PATCH /v1/user/reset-password":
		c.reset(p)
	case "PUT /v1/user/password":
		c.change(p)
	case "POST /v1/user/delete-account":
		c.erase(p)
	case "GET /v1/ticket":
		p.next = get("/v1/ticket?limit=5", token)
	case "GET /v1/ticket/counts":
		p.next = get("/v1/ticket/counts", bearer(c.agent.Tokens.AccessJWT))
	case "GET /v1/ticket/report":
		p.next = get("/v1/ticket/report?from=2026-01-01&to=2026-01-31", bearer(c.agent.Tokens.AccessJWT))
	case "GET /v1/ticket/{id}":
		p.next = get("/v1/ticket/"+c.ticket.ID, token)
	case "POST /v1/ticket":
		c.open(p, token)
	case "PUT /v1/ticket/{id}":
		c.reply(p, token)
	case "PATCH /v1/ticket/close-ticket/{id}":
		c.end(p, token, "ticket.closed", "/v1/ticket/close-ticket/", c.closing, &c.closed)
	case "PATCH /v1/ticket/{id}/desk":
		c.tag(p)
	case "POST /v1/ticket/{id}/notes":
		c.note(p)
	case "PUT /v1/ticket/{id}/rating":
		c.rate(p, token)
	case "DELETE /v1/ticket/{id}":
		c.end(p, token, "ticket.deleted", "/v1/ticket/", c.deleting, &c.deleted)
	case "GET /v1/ticket/saved-replies":
		p.next = get("/v1/ticket/saved-replies", bearer(c.agent.Tokens.AccessJWT))
	case "POST /v1/ticket/saved-replies":
		p.next = always(request{method: http.MethodPost, path: "/v1/ticket/saved-replies", token: bearer(c.agent.Tokens.AccessJWT), body: savedReply})
	case "PUT /v1/ticket/saved-replies/{id}":
		p.next = always(request{method: http.MethodPut, path: c.saved, token: bearer(c.agent.Tokens.AccessJWT), body: savedReply})
	case "DELETE /v1/ticket/saved-replies/{id}":
		c.drop(p)
	case "GET /problems/{code}":
		p.next = get("/problems/unavailable", "")
	default:
		_, path, _ := cut(p.route.Name)
		p.next = get(path, "")
	}
}

func cut(name string) (method, path string, ok bool) {
	_, err := fmt.Sscan(name, &method, &path)
	return method, path, err == nil
}

// intruder tries a revoked token on a route. No change of his may ever be seen.
func (c *cast) intruder(route outage.Route) *probe {
	method, path, _ := cut(route.Name)
	in := request{method: method, path: path, token: bearer(c.revoked.Tokens.AccessJWT)}
	switch route.Name {
	case "PUT /v1/user/password":
		in.body = crm.Fields{"password": crm.Password, "newPassword": newPassword}
	case "POST /v1/user/delete-account":
		in.body = crm.Fields{"password": crm.Password}
	case "PATCH /v1/user":
		in.body = crm.Fields{"name": "Intruder"}
	case "POST /v1/ticket":
		in.body = crm.Fields{"subject": "Intruder", "message": "Intruder"}
	case "PUT /v1/ticket/{id}":
		in.body = crm.Fields{"message": "Intruder"}
	case "POST /v1/ticket/{id}/notes":
		in.body = crm.Fields{"message": "Intruder"}
	case "PUT /v1/ticket/{id}/rating":
		in.body = crm.Fields{"score": 1, "comment": "Intruder"}
	case "PATCH /v1/ticket/{id}/desk":
		in.body = crm.Fields{"addTags": []string{"intruder"}}
	case "POST /v1/ticket/saved-replies", "PUT /v1/ticket/saved-replies/{id}":
		in.body = savedReply
	}
	in.path = strings.ReplaceAll(in.path, "{id}", c.theirs.ID)
	return &probe{route: route, revoked: true, next: always(in), excuse: never, learn: func(a answer) bool {
		return a.status == http.StatusForbidden && a.code == "token-revoked"
	}}
}

// end closes or deletes one ticket after the other, each until it is done. A deleted one that is not found was deleted by
// a request whose answer was lost.
func (c *cast) end(p *probe, token, event, path string, tickets []crm.Ticket, ended *[]string) {
	var now *change
	p.next = func() *request {
		if now == nil {
			if len(tickets) == 0 {
				return nil
			}
			now = c.s.ledger.ask(event, tickets[0].ID)
			tickets = tickets[1:]
		}
		method, _, _ := cut(p.route.Name)
		return &request{method: method, path: path + now.mark, token: token}
	}
	p.learn = func(a answer) bool {
		done := a.status == p.route.Success || event == "ticket.deleted" && a.status == http.StatusNotFound
		if done {
			c.s.ledger.acknowledge(now)
			*ended = append(*ended, now.mark)
			now = nil
		}
		return done
	}
}

// drop removes one saved reply after the other. One that is not found was removed by a request whose answer was lost.
func (c *cast) drop(p *probe) {
	paths := c.dropping
	p.next = func() *request {
		if len(paths) == 0 {
			return nil
		}
		return &request{method: http.MethodDelete, path: paths[0], token: bearer(c.agent.Tokens.AccessJWT)}
	}
	p.learn = func(a answer) bool {
		done := a.status == p.route.Success || a.status == http.StatusNotFound
		if done {
			paths = paths[1:]
		}
		return done
	}
}

// repeated sends the same request until it is acknowledged, and then makes a new one.
func (c *cast) repeated(p *probe, event string, made *[]*change, make func(mark string) request) {
	var now *change
	n := 0
	p.next = func() *request {
		if now == nil {
			n++
			now = c.s.ledger.ask(event, fmt.Sprintf("%s %s %d", c.id, event, n))
			*made = append(*made, now)
		}
		in := make(now.mark)
		return &in
	}
	p.learn = func(a answer) bool {
		if a.status != p.route.Success {
			return false
		}
		c.s.ledger.acknowledge(now)
		now = nil
		return true
	}
}

func (c *cast) open(p *probe, token string) {
	c.repeated(p, "ticket.created", &c.opened, func(mark string) request {
		return request{method: http.MethodPost, path: "/v1/ticket", token: token, key: key(mark), body: crm.Fields{"subject": mark, "message": "First."}}
	})
}

func (c *cast) reply(p *probe, token string) {
	c.repeated(p, "ticket.replied", &c.replies, func(mark string) request {
		return request{method: http.MethodPut, path: "/v1/ticket/" + c.ticket.ID, token: token, key: key(mark), body: crm.Fields{"message": mark}}
	})
}

// tag puts one tag in the place of the one before.
func (c *cast) tag(p *probe) {
	c.repeated(p, "ticket.tagged", &c.tags, func(mark string) request {
		body := crm.Fields{"addTags": []string{mark}}
		if n := len(c.tags); n > 1 {
			body["removeTags"] = []string{c.tags[n-2].mark}
		}
		return request{method: http.MethodPatch, path: "/v1/ticket/" + c.tagged.ID + "/desk", token: bearer(c.agent.Tokens.AccessJWT), body: body}
	})
}

func (c *cast) note(p *probe) {
	c.repeated(p, "ticket.noted", &c.notes, func(mark string) request {
		path := "/v1/ticket/" + c.tagged.ID + "/notes"
		return request{method: http.MethodPost, path: path, token: bearer(c.agent.Tokens.AccessJWT), key: key(mark), body: crm.Fields{"message": mark}}
	})
}

// rate puts one rating in the place of the one before.
func (c *cast) rate(p *probe, token string) {
	c.repeated(p, "ticket.rated", &c.ratings, func(mark string) request {
		return request{method: http.MethodPut, path: "/v1/ticket/" + c.ended.ID + "/rating", token: token, body: crm.Fields{"score": 5, "comment": mark}}
	})
}

func (c *cast) rename(p *probe, token string) {
	c.repeated(p, "user.updated", &c.names, func(mark string) request {
		return request{method: http.MethodPatch, path: "/v1/user", token: token, body: crm.Fields{"name": mark}}
	})
}

func read[T any](a answer) (value T) {
	_ = json.Unmarshal(a.body, &value) // the contract was checked
	return value
}
