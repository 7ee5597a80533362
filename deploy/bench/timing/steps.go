package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"time"
)

// step is a request that takes an email, and what it answers with an account and without.
type step struct {
	name, method, path string
	body               map[string]string // and the email
	with, without      int
}

// steps end with the one whose answer tells by itself, and which makes accounts of the unknown.
var steps = []step{
	{"login, wrong password", http.MethodPost, "/v1/user/login", map[string]string{"password": "not the password"}, 401, 401},
	{"wrong PIN, none was asked for", http.MethodPatch, "/v1/user/reset-password", wrongPIN, 422, 422},
	{"ask for a PIN", http.MethodPost, "/v1/user/reset-password", nil, 202, 202},
	{"wrong PIN, one was asked for", http.MethodPatch, "/v1/user/reset-password", wrongPIN, 422, 422},
	{"sign-up, which says whether the email is taken", http.MethodPost, "/v1/user", person, 409, 201},
}

var (
	wrongPIN = map[string]string{"pin": "00000000", "newPassword": "ten lives of a grey cat"}
	person   = map[string]string{"name": "Client One", "password": "nine lives of a grey cat"}
)

type caller struct {
	ctx    context.Context
	base   string
	client *http.Client
}

func (c *caller) signUp(email string) error {
	_, err := c.ask(step{"sign-up", http.MethodPost, "/v1/user", person, 201, 201}, email, http.StatusCreated)
	return err
}

// measure asks for one email of each sort in turn, now the one first and now the other.
func (c *caller) measure(s step, pairs int) (with, without []float64, err error) {
	of := map[bool]struct {
		email func(int) string
		want  int
		took  *[]float64
	}{true: {known, s.with, &with}, false: {unknown, s.without, &without}}
	for i := range pairs {
		first := rand.IntN(2) == 0
		for _, has := range []bool{first, !first} {
			took, err := c.ask(s, of[has].email(i), of[has].want)
			if err != nil {
				return nil, nil, err
			}
			*of[has].took = append(*of[has].took, took)
		}
	}
	return with, without, nil
}

// ask is how many milliseconds the whole answer took.
func (c *caller) ask(s step, email string, want int) (float64, error) {
	body := map[string]string{"email": email}
	for name, value := range s.body {
		body[name] = value
	}
	raw, err := json.Marshal(body)
	if err != nil {
		return 0, err
	}
	req, err := http.NewRequestWithContext(c.ctx, s.method, c.base+s.path, bytes.NewReader(raw))
	if err != nil {
		return 0, err
	}
	req.Header.Set("Content-Type", "application/json")
	start := time.Now()
	resp, err := c.client.Do(req)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	took := time.Since(start)
	if err == nil && resp.StatusCode != want {
		err = fmt.Errorf("answer %d, want %d: %s", resp.StatusCode, want, answer)
	}
	return float64(took) / float64(time.Millisecond), err
}

func median(of []float64) float64 {
	sorted := slices.Sorted(slices.Values(of))
	return sorted[len(sorted)/2]
}

// auc is the area under the curve of whoever guesses by the time (Mann and Whitney).
func auc(with, without []float64) float64 {
	longer := 0.0
	for _, a := range with {
		for _, b := range without {
			switch {
			case a > b:
				longer++
			case a == b:
				longer += 0.5
			}
		}
	}
	return longer / float64(len(with)*len(without))
}
