// Package crm is what the load program knows of the CRM's API: how to fill it and which requests are measured.
package crm

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"crm.example/deploy/bench/internal/api"
)

// CRM is a deployment of it.
type CRM struct{ *api.API }

// Client is a client who is logged in, with the ids of the tickets.
type Client struct {
	Token   string
	email   string
	tickets []string
}

// Seed signs clients up, logs them in and opens their tickets, all through the API. Two passwords are hashed at a time; a
// server that is busy is asked again.
func (c CRM) Seed(ctx context.Context, clients, tickets int) ([]Client, error) {
	run := strings.ToLower(rand.Text()) // so that the emails are new in a CRM that was measured before
	all, err := inParallel(ctx, 2, clients, func(ctx context.Context, i int) (Client, error) {
		email, password := fmt.Sprintf("client-%d-%s@example.com", i, run), rand.Text()
		person := map[string]string{"name": "Client of the benchmark", "email": email, "password": password}
		if err := c.patiently(ctx, api.Request{Method: "POST", Path: "/v1/user", Body: person}); err != nil {
			return Client{}, fmt.Errorf("sign up: %w", err)
		}
		return c.logIn(ctx, email, password)
	})
	if err != nil {
		return nil, err
	}
	return inParallel(ctx, 16, clients, func(_ context.Context, i int) (Client, error) {
		one := all[i]
		for range tickets*(i+1)/clients - tickets*i/clients {
			t, err := c.open(one)
			if err != nil {
				return one, fmt.Errorf("open ticket: %w", err)
			}
			one.tickets = append(one.tickets, t.ID)
		}
		return one, nil
	})
}

// Return logs clients in who are there already, and finds out which tickets they have: the newest hundred of each.
func (c CRM) Return(ctx context.Context, emails []string, password string) ([]Client, error) {
	return inParallel(ctx, 2, len(emails), func(ctx context.Context, i int) (Client, error) {
		one, err := c.logIn(ctx, emails[i], password)
		if err != nil {
			return one, err
		}
		var page struct{ Items []Ticket }
		err = c.Do(api.Request{Method: "GET", Path: "/v1/ticket?limit=100", Token: one.Token, Answer: &page})
		for _, t := range page.Items {
			one.tickets = append(one.tickets, t.ID)
		}
		if err == nil && len(page.Items) == 0 {
			err = fmt.Errorf("%s has no tickets", emails[i])
		}
		return one, err
	})
}

func (c CRM) logIn(ctx context.Context, email, password string) (Client, error) {
	var tokens struct{ AccessJWT string }
	body := map[string]string{"email": email, "password": password}
	if err := c.patiently(ctx, api.Request{Method: "POST", Path: "/v1/user/login", Body: body, Answer: &tokens}); err != nil {
		return Client{}, fmt.Errorf("log in: %w", err)
	}
	return Client{Token: tokens.AccessJWT, email: email}, nil
}

// patiently repeats what the server is too busy for.
func (c CRM) patiently(ctx context.Context, r api.Request) error {
	for {
		err := c.Do(r)
		var status api.StatusError
		if !errors.As(err, &status) || status.Status != http.StatusServiceUnavailable {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(status.Retry):
		}
	}
}

// inParallel makes n things, several at a time, until the first error.
func inParallel[T any](ctx context.Context, workers, n int, do func(ctx context.Context, i int) (T, error)) ([]T, error) {
	made := make([]T, n)
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(workers)
	for i := 0; i < n && ctx.Err() == nil; i++ {
		group.Go(func() (err error) {
			made[i], err = do(ctx, i)
			return err
		})
	}
	return made, group.Wait()
}
