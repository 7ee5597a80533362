// Package crm is the suite's client of the API: it sends what a test says, right or wrong, and reads the
// answers. Everything that passes through it is held against the contract.
package crm

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"testing"
	"time"

	"crm.example/e2e/contract"
	"crm.example/e2e/target"
)

// Client calls a deployment on behalf of one test. What breaks the contract is an error of that test.
type Client struct {
	t      testing.TB
	target *target.Target
	http   *http.Client
	token  string
}

// New makes a client that sends no token.
func New(t testing.TB, tg *target.Target) *Client {
	check := &contract.Transport{Contract: tg.Contract, Next: connections, Report: func(err error) { t.Helper(); t.Error(err) }}
	return &Client{t: t, target: tg, http: &http.Client{Transport: check, Timeout: 30 * time.Second, CheckRedirect: noRedirects}}
}

var connections = &http.Transport{MaxIdleConnsPerHost: 64, DisableCompression: true}

func noRedirects(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// With is the same client with another access JWT, or without one if it is "".
func (c *Client) With(token string) *Client {
	other := *c
	other.token = token
	return &other
}

// For is the same client for another test, such as a row of a table.
func (c *Client) For(t testing.TB) *Client { return New(t, c.target).With(c.token) }

// Target is the deployment.
func (c *Client) Target() *target.Target { return c.target }

// Request is what Send sends.
type Request struct {
	Method string
	Path   string
	Body   any // nil, a Raw that is sent as it is, or anything that is encoded as JSON
	Header http.Header
	// Wrong says that the request breaks the contract on purpose.
	Wrong bool
}

// Raw is a body of any bytes.
type Raw string

// Send sends a request and reads the whole answer. The test ends if there is none.
func (c *Client) Send(in Request) Answer {
	c.t.Helper()
	ctx := c.t.Context()
	if in.Wrong {
		ctx = contract.WrongOnPurpose(ctx)
	}
	r := c.request(ctx, in)
	answer, err := c.http.Do(r)
	if err != nil {
		c.t.Fatalf("%s %s: %v", in.Method, in.Path, err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		c.t.Fatalf("%s %s: read the answer: %v", in.Method, in.Path, err)
	}
	return Answer{t: c.t, asked: in.Method + " " + in.Path, Status: answer.StatusCode, Header: answer.Header, Body: body}
}

// Peek reads the body of what must be 200, without holding it against the contract: for what is read very often.
func (c *Client) Peek(path string) []byte {
	c.t.Helper()
	plain := *c
	plain.http = &http.Client{Transport: connections, Timeout: c.http.Timeout}
	return plain.Send(Request{Method: http.MethodGet, Path: path}).Want(http.StatusOK).Body
}

func (c *Client) request(ctx context.Context, in Request) *http.Request {
	c.t.Helper()
	body, isJSON := c.encode(in.Body)
	r, err := http.NewRequestWithContext(ctx, in.Method, c.target.BaseURL+in.Path, body)
	if err != nil {
		c.t.Fatalf("%s %s: %v", in.Method, in.Path, err)
	}
	if isJSON {
		r.Header.Set("Content-Type", "application/json")
	}
	if c.token != "" {
		r.Header.Set("Authorization", "Bearer "+c.token)
	}
	for name, values := range in.Header {
		r.Header[http.CanonicalHeaderKey(name)] = values
	}
	return r
}

func (c *Client) encode(body any) (reader io.Reader, isJSON bool) {
	c.t.Helper()
	switch b := body.(type) {
	case nil:
		return http.NoBody, false
	case Raw:
		return bytes.NewReader([]byte(b)), true
	default:
		text, err := json.Marshal(b)
		if err != nil {
			c.t.Fatalf("encode %T: %v", b, err)
		}
		return bytes.NewReader(text), true
	}
}

// The verbs, for requests that are meant to be valid.

func (c *Client) Get(path string) Answer {
	c.t.Helper()
	return c.Send(Request{Method: http.MethodGet, Path: path})
}

func (c *Client) Post(path string, body any) Answer {
	c.t.Helper()
	return c.Send(Request{Method: http.MethodPost, Path: path, Body: body})
}

func (c *Client) Put(path string, body any) Answer {
	c.t.Helper()
	return c.Send(Request{Method: http.MethodPut, Path: path, Body: body})
}

func (c *Client) Patch(path string, body any) Answer {
	c.t.Helper()
	return c.Send(Request{Method: http.MethodPatch, Path: path, Body: body})
}

func (c *Client) Delete(path string) Answer {
	c.t.Helper()
	return c.Send(Request{Method: http.MethodDelete, Path: path})
}
