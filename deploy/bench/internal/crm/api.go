// Package crm is what the load program knows of the API: how to fill it and which requests are measured.
package crm

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"
)

// API is a deployment of the CRM, by its base URL.
type API struct {
	base   string
	client *http.Client
}

// NewAPI makes an API that keeps as many connections open as requests are under way.
func NewAPI(base string) *API {
	transport := &http.Transport{MaxIdleConnsPerHost: 1000, IdleConnTimeout: time.Minute}
	return &API{base: base, client: &http.Client{Transport: transport, Timeout: 10 * time.Second}}
}

// request is one call; a body of nil is none, an answer of nil is read and dropped.
type request struct {
	method, path, token string
	key                 string // Idempotency-Key
	body, answer        any
}

// statusError is an answer that is no success.
type statusError struct {
	status int
	retry  time.Duration
}

func (e statusError) Error() string { return fmt.Sprintf("answer %d", e.status) }

func (a *API) do(ctx context.Context, r request) error {
	req, err := a.build(ctx, r)
	if err != nil {
		return err
	}
	resp, err := a.client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close() // it was read to its end
	if resp.StatusCode >= 300 {
		seconds, _ := strconv.Atoi(resp.Header.Get("Retry-After"))
		return statusError{resp.StatusCode, time.Duration(seconds) * time.Second}
	}
	if r.answer != nil {
		return json.NewDecoder(resp.Body).Decode(r.answer)
	}
	_, err = io.Copy(io.Discard, resp.Body)
	return err
}

func (a *API) build(ctx context.Context, r request) (*http.Request, error) {
	var body io.Reader = http.NoBody
	if r.body != nil {
		raw, err := json.Marshal(r.body)
		if err != nil {
			return nil, err
		}
		body = bytes.NewReader(raw)
	}
	req, err := http.NewRequestWithContext(ctx, r.method, a.base+r.path, body)
	if err != nil {
		return nil, err
	}
	if r.body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if r.token != "" {
		req.Header.Set("Authorization", "Bearer "+r.token)
	}
	if r.key != "" {
		req.Header.Set("Idempotency-Key", r.key)
	}
	return req, nil
}
