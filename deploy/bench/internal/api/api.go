// Package api asks servers that speak JSON, by a cheap client: it runs on the cores of those that are measured.
package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/valyala/fasthttp"
)

// API is a server, by its base URL.
type API struct {
	base   string
	client *fasthttp.Client
}

// New makes an API that keeps as many connections open as requests are under way.
func New(base string) *API {
	return &API{base, &fasthttp.Client{MaxConnsPerHost: 10_000, NoDefaultUserAgentHeader: true}}
}

const answerWithin = 10 * time.Second

// Request is one call.
type Request struct {
	Method, Path, Token string
	Key                 string // Idempotency-Key
	Body                any    // nil is none

	Check  func(answer []byte) error // refuses an answer that is not what was asked for
	Answer any                       // the answer is decoded into it, unless it is nil
}

// StatusError is an answer that is no success.
type StatusError struct {
	Status int
	Retry  time.Duration // what Retry-After says
}

func (e StatusError) Error() string { return fmt.Sprintf("answer %d", e.Status) }

// Do sends the request and reads its answer.
func (a *API) Do(r Request) error {
	req, resp := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
	defer fasthttp.ReleaseRequest(req)
	defer fasthttp.ReleaseResponse(resp)
	if err := r.write(req, a.base); err != nil {
		return err
	}
	if err := a.client.DoTimeout(req, resp, answerWithin); err != nil {
		return err
	}
	if status := resp.StatusCode(); status >= 300 {
		seconds, _ := strconv.Atoi(string(resp.Header.Peek("Retry-After")))
		return StatusError{status, time.Duration(seconds) * time.Second}
	}
	if r.Answer != nil {
		return json.Unmarshal(resp.Body(), r.Answer)
	}
	if r.Check != nil {
		return r.Check(resp.Body())
	}
	return nil
}

func (r Request) write(req *fasthttp.Request, base string) (err error) {
	req.Header.SetMethod(r.Method)
	req.SetRequestURI(base + r.Path)
	req.Header.Set("Accept", "application/json")
	if r.Token != "" {
		req.Header.Set("Authorization", "Bearer "+r.Token)
	}
	if r.Key != "" {
		req.Header.Set("Idempotency-Key", r.Key)
	}
	if r.Body != nil {
		var body []byte
		body, err = json.Marshal(r.Body)
		req.Header.SetContentType("application/json")
		req.SetBodyRaw(body)
	}
	return err
}

// Has checks that the answer holds the text so many times: cheaper than to decode it.
func Has(text string, least, most int) func(answer []byte) error {
	return func(answer []byte) error {
		if n := bytes.Count(answer, []byte(text)); n < least || n > most {
			return fmt.Errorf("the answer has %s %d times, want %d to %d", text, n, least, most)
		}
		return nil
	}
}
