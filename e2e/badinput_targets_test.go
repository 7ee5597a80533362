package e2e_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"crm.example/e2e/crm"
)

// Ids that are none, and those of others, name nothing.
func TestBadIDs(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	id := s.ticket.ID
	var rows []bad
	for name, id := range map[string]string{
		"missing ticket": absent, "another client's": s.foreign.ID, "a number": "1", "a word": "null", "nil UUID": "00000000-0000-0000-0000-000000000000",
		"too short": id[:35], "too long": id + "0", "without hyphens": strings.ReplaceAll(id, "-", ""), "not hex": "g" + id[1:],
		"a user's": s.client.User.ID, "2,000 characters": strings.Repeat("a", 2000), "a wildcard": "*", "a quote": "'or'1'='1", "a URN": "urn:uuid:" + id,
	} {
		rows = append(rows,
			bad{name: "read: " + name, method: http.MethodGet, path: "/v1/ticket/" + id},
			bad{name: "reply: " + name, method: http.MethodPut, path: "/v1/ticket/" + id, body: crm.Fields{"message": "Hello."}},
			bad{name: "close: " + name, method: http.MethodPatch, path: "/v1/ticket/close-ticket/" + id},
			bad{name: "delete: " + name, method: http.MethodDelete, path: "/v1/ticket/" + id},
			bad{name: "client: " + name, as: "agent", method: http.MethodGet, path: "/v1/user/clients/" + clientID(id, s)},
		)
	}
	for i := range rows {
		rows[i].status, rows[i].code = http.StatusNotFound, "not-found"
	}
	s.refuse(t, rows)
}

// clientID is an id that names no client, in place of one that does.
func clientID(id string, s scene) string {
	if id == s.client.User.ID {
		return s.agent.User.ID
	}
	return id
}

func TestBadQueries(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.client.Open("A second one", "For a cursor.")
	cursor := func(p *crm.Person, query string) string {
		page := crm.Read[crm.Page](p.Get("/v1/ticket?limit=1" + query).Want(http.StatusOK))
		return *page.NextCursor
	}
	mine := cursor(s.client, "")
	agents := cursor(s.agent, "")
	var rows []bad
	add := func(code, name, query string) {
		rows = append(rows, bad{name: name, method: http.MethodGet, path: "/v1/ticket?" + query, status: http.StatusBadRequest, code: code})
	}
	for _, query := range []string{
		"page=2", "offset=10", "Status=open", "status[]=open", "status%5B$ne%5D=closed", "limit=1&limit=2", "status=open&status=closed", "status=open&status=open",
		"cursor=" + mine + "&cursor=" + mine, "limit=0", "limit=101", "limit=-1", "limit=1.5", "limit=1e1", "limit=%2B5", "limit=0x10", "limit=007x", "limit=",
		"limit=99999999999999999999", "status=", "status=any", "status=OPEN", "status=open%00", "=", "%ZZ=1", "limit=%", "status=open;limit=1", "q=%FF", "sort=subject",
		"q=", "q=+++", "q=%CC%81%21", "q=a&q=a", "q=%F0%9F%96%A8", "q=" + strings.Repeat("a", 101), "q=" + strings.Repeat("%C3%A9", 101),
	} {
		add("unknown-parameter", "?"+query, query)
	}
	for _, query := range []string{
		"view=", "view=all", "view=MINE", "view=mine&view=mine", "assignee=", "assignee=me", "assignee=" + strings.ToUpper(s.agent.User.ID), "client=1", "client=" + absent + "0", "tag=", "tag=+",
		"tag=" + strings.Repeat("a", 31), "tag=%FF", "priority=", "priority=asap", "view=mine&assignee=" + s.agent.User.ID, "view=unassigned&assignee=" + s.agent.User.ID,
	} {
		rows = append(rows, bad{name: "an agent's ?" + query, as: "agent", method: http.MethodGet, path: "/v1/ticket?" + query, status: http.StatusBadRequest, code: "unknown-parameter"})
	}
	for _, path := range []string{
		"counts?limit=1", "report", "report?from=2026-01-01", "report?from=2026-02-01&to=2026-01-31", "report?from=2026-01-01&to=2026-04-03", "report?from=2026-1-1&to=2026-01-02",
		"report?from=2026-02-30&to=2026-03-01", "report?from=2026-01-01&to=2026-01-01&by=day", "report?from=2026-01-01&from=2026-01-01&to=2026-01-02", "report?from=0&to=1",
	} {
		rows = append(rows, bad{name: "an agent's " + path, as: "agent", method: http.MethodGet, path: "/v1/ticket/" + path, status: http.StatusBadRequest, code: "unknown-parameter"})
	}
	for _, query := range []string{"view=waiting", "assignee=" + s.agent.User.ID, "tag=vip", "priority=low", "client=" + s.client.User.ID} { // for agents
		add("unknown-parameter", "?"+query, query)
	}
	for name, cursor := range map[string]string{
		"empty": "", "garbage": "garbage", "changed at the start": flip(mine, 0), "changed in the middle": flip(mine, len(mine)/2),
		"changed at the end": flip(mine, len(mine)-1), "cut off": mine[:len(mine)-2], "longer": mine + "AAAA", "padded": mine + "==",
		"of another scope": agents, "4,000 characters": strings.Repeat("A", 4000), "a quote": "'", "NUL": "\x00",
	} {
		add("invalid-cursor", "cursor "+name, "cursor="+url.QueryEscape(cursor))
	}
	add("invalid-cursor", "cursor of another filter", "status=open&cursor="+mine)
	add("invalid-cursor", "cursor of no search", "q=one&cursor="+mine)
	add("invalid-cursor", "cursor without its filter", "cursor="+cursor(s.client, "&status=open"))
	s.refuse(t, append(rows, s.queriesOfRoutesWithoutOne()...))
}

// queriesOfRoutesWithoutOne are of all routes but the list: no parameter is passed over as if it were heeded.
func (s scene) queriesOfRoutesWithoutOne() (rows []bad) {
	for _, route := range []string{
		"POST /v1/user", "GET /v1/user", "PATCH /v1/user", "POST /v1/user/login", "POST /v1/user/refresh", "DELETE /v1/user/logout", "PUT /v1/user/password", "POST /v1/user/delete-account",
		"POST /v1/user/reset-password", "PATCH /v1/user/reset-password", "POST /v1/ticket", "GET /v1/ticket/" + s.ticket.ID,
		"PUT /v1/ticket/" + s.ticket.ID, "PATCH /v1/ticket/close-ticket/" + s.ticket.ID, "DELETE /v1/ticket/" + s.ticket.ID,
	} {
		method, path, _ := strings.Cut(route, " ")
		rows = append(rows, bad{name: route + "?limit=1", method: method, path: path + "?limit=1", status: http.StatusBadRequest, code: "unknown-parameter"})
	}
	return rows
}

// flip changes one character of a cursor into another of its alphabet.
func flip(cursor string, at int) string {
	other := byte('A')
	if cursor[at] == other {
		other = 'Q'
	}
	return cursor[:at] + string(other) + cursor[at+1:]
}

func TestBadKeys(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	var rows []bad
	for name, keys := range map[string][]string{
		"empty": {""}, "65 characters": {strings.Repeat("a", 65)}, "space": {"a b"}, "dot": {"a.b"}, "not ASCII": {"é"}, "two": {"a", "b"}, "the same twice": {"a", "a"},
	} {
		header := http.Header{"Idempotency-Key": keys}
		rows = append(rows,
			bad{name: "open: " + name, method: http.MethodPost, path: "/v1/ticket", body: crm.Fields{"subject": "No", "message": "No."}, header: header},
			bad{name: "reply: " + name, method: http.MethodPut, path: "/v1/ticket/" + s.ticket.ID, body: crm.Fields{"message": "No."}, header: header},
		)
	}
	for i := range rows {
		rows[i].status, rows[i].code = http.StatusBadRequest, "malformed-request"
	}
	s.refuse(t, rows)
}

// known are the paths of the contract and the methods that each takes.
func known(s scene) map[string][]string {
	return map[string][]string{
		"/v1/user":                               {"GET", "POST", "PATCH"},
		"/v1/user/login":                         {"POST"},
		"/v1/user/refresh":                       {"POST"},
		"/v1/user/logout":                        {"DELETE"},
		"/v1/user/reset-password":                {"POST", "PATCH"},
		"/v1/user/password":                      {"PUT"},
		"/v1/user/delete-account":                {"POST"},
		"/v1/ticket":                             {"GET", "POST"},
		"/v1/ticket/" + s.ticket.ID:              {"GET", "PUT", "DELETE"},
		"/v1/ticket/close-ticket/" + s.ticket.ID: {"PATCH"},
		"/v1/ticket/saved-replies":               {"GET", "POST"},
		"/v1/ticket/saved-replies/" + absent:     {"PUT", "DELETE"},
		"/v1/user/agents":                        {"GET"},
		"/v1/user/clients/" + absent:             {"GET"},
		"/v1/ticket/" + s.ticket.ID + "/notes":   {"POST"},
		"/v1/ticket/" + s.ticket.ID + "/rating":  {"PUT"},
		"/v1/ticket/" + s.ticket.ID + "/desk":    {"PATCH"},
		"/.well-known/jwks.json":                 {"GET"},
		"/healthz":                               {"GET"},
		"/readyz":                                {"GET"},
		"/openapi.json":                          {"GET"},
		"/asyncapi.yaml":                         {"GET"},
		"/problems/not-found":                    {"GET"},
	}
}

func TestWrongMethods(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	var rows []bad
	for path, methods := range known(s) {
		for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "BREW", "get", "PROPFIND"} {
			if !slices.Contains(methods, method) {
				rows = append(rows, bad{name: method + " " + path, method: method, path: path, status: http.StatusMethodNotAllowed, code: "method-not-allowed"})
			}
		}
	}
	s.refuse(t, rows)
	for path, methods := range known(s) {
		answer := s.client.Send(crm.Request{Method: http.MethodPut, Path: path, Wrong: true, Body: crm.Fields{"subject": "Keep me"}})
		if answer.Status == http.StatusMethodNotAllowed {
			wantListed(t, answer, "Allow", methods...)
		}
		options := s.client.Send(crm.Request{Method: http.MethodOptions, Path: path, Wrong: true})
		listed := strings.FieldsFunc(options.Header.Get("Allow"), func(r rune) bool { return r == ',' || r == ' ' })
		for _, method := range listed {
			if method != "OPTIONS" && method != "HEAD" && !slices.Contains(methods, method) {
				t.Errorf("OPTIONS %s: %s is not allowed there", path, method)
			}
		}
		if len(listed) < len(methods) {
			t.Errorf("OPTIONS %s: %d, %q", path, options.Status, listed)
		}
	}
}

func TestUnknownPaths(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	var rows []bad
	for _, path := range []string{
		"/v1", "/v1/", "/v2/user", "/v1/users", "/v1/user/", "/v1/User", "/v1/user/login/", "/v1/user/nothing", "/v1/ticket/", "/v1/tickets",
		"/v1/ticket/" + s.ticket.ID + "/", "/v1/ticket/" + s.ticket.ID + "/messages", "/v1/ticket/close-ticket", "/v1/ticket/close-ticket/",
		"/admin", "/.env", "/.git/config", "/metrics", "/debug/pprof/", "/favicon.ico", "/v1/userx", "/v1/ticketx",
	} {
		rows = append(rows, bad{name: path, method: http.MethodGet, path: path, status: http.StatusNotFound, code: "not-found"})
	}
	for _, path := range []string{
		"//v1/user", "/v1//user", "/v1/./user", "/v1/ticket/../user", "/v1/ticket/..%2fuser", "/v1/ticket/%2e%2e/user", "/v1/user%2flogin", "/%761/user",
		"/v1/ticket/%00", "/v1/user%00", "/v1/user;a=b/login", "/v1\\user", "/v1/ticket/%0d%0aX:y", "/v1/ticket/é", "/v1/ticket/%ff",
	} {
		rows = append(rows, bad{name: "disguised: " + path, method: http.MethodGet, path: path, status: http.StatusBadRequest, code: "malformed-request"})
	}
	s.refuse(t, rows)
}
