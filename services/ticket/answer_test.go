package ticket_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"testing"

	"github.com/getkin/kin-openapi/openapi3filter"

	"crm.example/pkg/events"
	"crm.example/pkg/problem"
)

// answer is a response, read and checked against the contract.
type answer struct {
	t      *testing.T
	status int
	header http.Header
	body   []byte
}

// call sends a body, given as JSON text, as the user. Headers come in pairs.
func (s *site) call(u user, method, path, body string, headers ...string) answer {
	s.t.Helper()
	req, err := http.NewRequestWithContext(context.WithoutCancel(s.t.Context()), method, s.url+path, bytes.NewBufferString(body))
	if err != nil {
		s.t.Fatal(err)
	}
	if u.token != "" {
		req.Header.Set("Authorization", "Bearer "+u.token)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	a := answer{t: s.t, status: res.StatusCode, header: res.Header}
	if a.body, err = io.ReadAll(res.Body); err != nil {
		s.t.Fatal(err)
	}
	s.checkContract(req, a)
	return a
}

// checkContract holds an answer of a known route against openapi.yaml.
func (s *site) checkContract(req *http.Request, a answer) {
	s.t.Helper()
	route, params, err := s.contract.FindRoute(req)
	if err != nil {
		return // 404 and 405 belong to no operation
	}
	err = openapi3filter.ValidateResponse(s.t.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: req, PathParams: params, Route: route},
		Status:                 a.status, Header: a.header, Body: io.NopCloser(bytes.NewReader(a.body)),
		Options: &openapi3filter.Options{IncludeResponseStatus: true},
	})
	if err = errors.Join(err, overHTTP.Check(req, a.status, a.body)); err != nil {
		s.t.Errorf("%s %s answers what the contract does not promise: %v\n%s", req.Method, req.URL.Path, err, a.body)
	}
}

// ticket wants a ticket with this status.
func (a answer) ticket(status int) (body events.WholeTicket) {
	a.t.Helper()
	a.read(status, &body)
	return body
}

func (a answer) read(status int, into any) {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("status %d, want %d: %s", a.status, status, a.body)
	}
	if err := json.Unmarshal(a.body, into); err != nil {
		a.t.Fatal(err)
	}
}

// problem wants this problem and gives its field errors as "pointer code".
func (a answer) problem(code problem.Code) (fields []string) {
	a.t.Helper()
	var body struct {
		Code   problem.Code    `json:"code"`
		Errors []problem.Field `json:"errors"`
	}
	kind, _ := problem.KindOf(code)
	a.read(kind.Status, &body)
	if body.Code != code || a.header.Get("Content-Type") != "application/problem+json" || a.header.Get("X-Request-Id") == "" {
		a.t.Errorf("%s as %s, want %s", body.Code, a.header.Get("Content-Type"), code)
	}
	for _, f := range body.Errors {
		fields = append(fields, f.Pointer+" "+string(f.Code))
	}
	return fields
}

const printer = `{"subject": "Printer", "message": "It is on fire"}`

// open opens a ticket for the user.
func (s *site) open(u user) events.WholeTicket {
	s.t.Helper()
	return s.call(u, "POST", "/v1/ticket", printer).ticket(http.StatusCreated)
}
