package e2e_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"crm.example/e2e/crm"
)

// bad is a request that must be refused. The tables of them are in badinput_*_test.go; to add one, add a row.
type bad struct {
	name   string
	as     string // who asks: "client" (the default), "agent" or "stranger"
	method string
	path   string
	body   any // crm.Raw is sent as it is
	header http.Header
	status int
	code   string
	fields []string // what the problem's errors must be: "/pointer code", in any order
}

// scene is what bad requests are thrown at: a client with a ticket, and somebody else with one.
type scene struct {
	client, other, agent *crm.Person
	ticket, foreign      crm.Ticket
}

func newScene(t *testing.T) scene {
	t.Helper()
	s := scene{client: stranger(t).SignUpClient("Client One"), other: stranger(t).SignUpClient("Client Two"), agent: anAgent(t)}
	s.ticket = s.client.Open("Keep me", "As I am.")
	s.foreign = s.other.Open("Not yours", "Keep out.")
	return s
}

func (s scene) who(as string) *crm.Client {
	switch as {
	case "agent":
		return s.agent.Client
	case "stranger":
		return s.client.With("")
	default:
		return s.client.Client
	}
}

// state is all that could have been changed by a bad request. That it can be read shows as well that the
// gateway and both services are alive.
func (s scene) state() string {
	var all strings.Builder
	for _, path := range []string{"/v1/user", "/v1/ticket?limit=100", "/v1/ticket/" + s.ticket.ID} {
		all.Write(s.client.Peek(path))
	}
	all.Write(s.other.Peek("/v1/ticket/" + s.foreign.ID))
	return all.String()
}

// refuse throws the rows at the scene: each gets its clear answer, stores nothing and leaves the process alive.
func (s scene) refuse(t *testing.T, rows []bad) {
	t.Helper()
	before := s.state()
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			c := s.who(row.as).For(t)
			answer := c.Send(crm.Request{Method: row.method, Path: row.path, Body: row.body, Header: row.header, Wrong: true})
			row.check(t, answer)
			if after := s.state(); after != before {
				t.Errorf("something was stored:\n%s\nbefore:\n%s", after, before)
			}
		})
	}
}

func (row bad) check(t *testing.T, answer crm.Answer) {
	t.Helper()
	if row.method == http.MethodHead {
		answer.Want(row.status)
		return
	}
	p := answer.WantProblem(row.status, row.code)
	var got []string
	for _, f := range p.Errors {
		got = append(got, fmt.Sprintf("%s %s", f.Pointer, f.Code))
		if f.Message == "" {
			t.Errorf("no message at %s", f.Pointer)
		}
	}
	slices.Sort(got)
	slices.Sort(row.fields)
	if !slices.Equal(got, row.fields) {
		t.Errorf("errors %q, want %q", got, row.fields)
	}
}
