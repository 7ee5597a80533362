package main_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"testing"
	"time"
)

// client speaks to the API as one user.
type client struct {
	base            string
	http            *http.Client
	access, refresh string
}

const email, password = "client@example.com", "correct horse battery"

func newClient(p *place) *client {
	return &client{base: "http://" + p.listen, http: &http.Client{
		Timeout: within, Transport: &http.Transport{MaxIdleConnsPerHost: 64},
	}}
}

// call sends a request and decodes its answer; any status but want is an error.
func (c *client) call(method, path string, body, answer any, want int) error {
	ctx, cancel := context.WithTimeout(context.Background(), within)
	defer cancel()
	var text bytes.Buffer
	if body != nil {
		if err := json.NewEncoder(&text).Encode(body); err != nil {
			return err
		}
	}
	req, err := http.NewRequestWithContext(ctx, method, c.base+path, &text)
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	if c.access != "" {
		req.Header.Set("Authorization", "Bearer "+c.access)
	}
	return c.send(req, answer, want)
}

func (c *client) send(req *http.Request, answer any, want int) error {
	res, err := c.http.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	if res.StatusCode != want {
		return fmt.Errorf("%s %s: %d %s", req.Method, req.URL.Path, res.StatusCode, raw)
	}
	if answer == nil {
		return nil
	}
	return json.Unmarshal(raw, answer)
}

type tokens struct{ AccessJWT, RefreshJWT string }

func (c *client) signUp(t *testing.T) {
	t.Helper()
	if err := c.call("POST", "/v1/user", map[string]string{"name": "Client One", "email": email, "password": password}, nil, 201); err != nil {
		t.Fatal(err)
	}
	c.logIn(t)
}

func (c *client) logIn(t *testing.T) {
	t.Helper()
	var got tokens
	if err := c.call("POST", "/v1/user/login", map[string]string{"email": email, "password": password}, &got, 200); err != nil {
		t.Fatal(err)
	}
	c.access, c.refresh = got.AccessJWT, got.RefreshJWT
}

// renew is what a client does after a restart: the access JWTs are gone, the session is not.
func (c *client) renew(t *testing.T) {
	t.Helper()
	var got tokens
	c.http.CloseIdleConnections()
	if err := c.call("POST", "/v1/user/refresh", map[string]string{"refreshJWT": c.refresh}, &got, 200); err != nil {
		t.Fatal(err)
	}
	c.access, c.refresh = got.AccessJWT, got.RefreshJWT
}

type message struct{ ID, Message string }

type ticket struct {
	ID, Subject  string
	Version      int
	Conversation []message
}

func eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	for end := time.Now().Add(within); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if done() {
			return
		}
	}
	t.Fatalf("%s: not within %s", what, within)
}
