package authtest

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"crm.example/pkg/events"
	"crm.example/pkg/problem"
)

// Response is an answer, read to its end.
type Response struct {
	Method, Path string
	Status       int
	Header       http.Header
	Body         []byte
}

// Problem is the body of an error.
type Problem struct {
	Code   problem.Code    `json:"code"`
	Detail string          `json:"detail"`
	Errors []problem.Field `json:"errors"`
}

// User is the body of a profile.
type User = events.Profile

// Tokens is the body of a login.
type Tokens struct {
	AccessJWT, RefreshJWT, TokenType string
	ExpiresIn                        int
	User                             User
}

// Do sends a request with the headers, given as name, value. A body that is a string goes out as it is, any
// other as JSON; nil is none. The answer is checked against the contract.
func (s *Server) Do(method, path string, body any, headers ...string) Response {
	s.t.Helper()
	var payload io.Reader
	switch b := body.(type) {
	case nil:
	case string:
		payload = strings.NewReader(b)
	default:
		raw, err := json.Marshal(b)
		if err != nil {
			s.t.Fatal(err)
		}
		payload = bytes.NewReader(raw)
	}
	req, err := http.NewRequestWithContext(s.t.Context(), method, s.URL+path, payload)
	if err != nil {
		s.t.Fatal(err)
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	return s.send(req)
}

func (s *Server) send(req *http.Request) Response {
	s.t.Helper()
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		s.t.Error(err)
		return Response{Method: req.Method, Path: req.URL.Path, Header: http.Header{}}
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		s.t.Error(err)
	}
	r := Response{Method: req.Method, Path: req.URL.Path, Status: res.StatusCode, Header: res.Header, Body: raw}
	s.contract.check(s.t, req, r)
	return r
}

// Bearer is the header of a private request.
func Bearer(token string) []string { return []string{"Authorization", "Bearer " + token} }

// Into decodes a body of this status; any other ends the test.
func (r Response) Into(t testing.TB, status int, v any) {
	t.Helper()
	r.Want(t, status)
	if err := json.Unmarshal(r.Body, v); err != nil {
		t.Fatalf("%s %s: %v in %s", r.Method, r.Path, err, r.Body)
	}
}

// Want ends the test unless the status is this one.
func (r Response) Want(t testing.TB, status int) {
	t.Helper()
	if r.Status != status {
		t.Fatalf("%s %s: status %d, want %d: %s", r.Method, r.Path, r.Status, status, r.Body)
	}
}

// Refused ends the test unless the answer is a problem of this code.
func (r Response) Refused(t testing.TB, code problem.Code) Problem {
	t.Helper()
	kind, _ := problem.KindOf(code)
	var p Problem
	r.Into(t, kind.Status, &p)
	if p.Code != code {
		t.Fatalf("%s %s: code %s, want %s: %s", r.Method, r.Path, p.Code, code, r.Body)
	}
	return p
}

// SignUp makes an account. Password is the one that every account of the tests has.
func (s *Server) SignUp(t testing.TB, email string) User {
	t.Helper()
	var u User
	s.Do(http.MethodPost, "/v1/user", map[string]string{"name": "Client One", "email": email, "password": Password}).Into(t, http.StatusCreated, &u)
	return u
}

// Password of accounts that SignUp makes.
const Password = "nine lives of a grey cat"

// Login begins a session.
func (s *Server) Login(t testing.TB, email, plain string) Tokens {
	t.Helper()
	var tokens Tokens
	s.Do(http.MethodPost, "/v1/user/login", map[string]string{"email": email, "password": plain}).Into(t, http.StatusOK, &tokens)
	return tokens
}

// Refresh changes a refresh JWT.
func (s *Server) Refresh(refreshJWT string) Response {
	s.t.Helper()
	return s.Do(http.MethodPost, "/v1/user/refresh", map[string]string{"refreshJWT": refreshJWT})
}
