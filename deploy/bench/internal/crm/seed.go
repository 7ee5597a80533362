package crm

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"
)

// Size is how much is put into the CRM before it is measured.
type Size struct {
	Clients, Tickets int
	Replies          int // to each ticket, after its first message
}

// Client is a client who is logged in, with the ids of the tickets.
type Client struct {
	token   string
	tickets []string
}

// Seed signs the clients up, logs them in and opens their tickets, all through the API. Two
// passwords are hashed at a time; a server that is busy is asked again.
func (a *API) Seed(ctx context.Context, size Size) ([]Client, error) {
	clients := make([]Client, size.Clients)
	run := rand.Text() // so that the emails are new in a CRM that was measured before
	err := inParallel(2, size.Clients, func(i int) error {
		var err error
		clients[i], err = a.enter(ctx, fmt.Sprintf("client-%d-%s@example.com", i, run))
		return err
	})
	if err != nil {
		return nil, err
	}
	err = inParallel(16, size.Clients, func(i int) error {
		for range share(size, i) {
			if err := a.open(ctx, &clients[i], size.Replies); err != nil {
				return err
			}
		}
		return nil
	})
	return clients, err
}

// share is how many tickets client i gets.
func share(size Size, i int) int {
	return size.Tickets*(i+1)/size.Clients - size.Tickets*i/size.Clients
}

// enter signs up and logs in, each again while the server is busy.
func (a *API) enter(ctx context.Context, email string) (Client, error) {
	person := map[string]string{"name": "Client of the benchmark", "email": email, "password": rand.Text()}
	err := a.patiently(ctx, request{method: http.MethodPost, path: "/v1/user", body: person})
	if err != nil {
		return Client{}, fmt.Errorf("sign up: %w", err)
	}
	client, err := a.logIn(ctx, email, person["password"])
	if err != nil {
		return Client{}, fmt.Errorf("log in: %w", err)
	}
	return client, nil
}

func (a *API) open(ctx context.Context, c *Client, replies int) error {
	var ticket struct {
		ID string `json:"id"`
	}
	if err := a.do(ctx, create(*c, &ticket)); err != nil {
		return fmt.Errorf("open ticket: %w", err)
	}
	for range replies {
		if err := a.do(ctx, reply(*c, ticket.ID)); err != nil {
			return fmt.Errorf("reply: %w", err)
		}
	}
	c.tickets = append(c.tickets, ticket.ID)
	return nil
}

// patiently repeats what the server is too busy for.
func (a *API) patiently(ctx context.Context, r request) error {
	for {
		err := a.do(ctx, r)
		var status statusError
		if !errors.As(err, &status) || status.status != http.StatusServiceUnavailable {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(status.retry):
		}
	}
}

// inParallel does n things, several at a time, until the first error.
func inParallel(workers, n int, do func(i int) error) error {
	var wg sync.WaitGroup
	work, errs := make(chan int), make(chan error, workers)
	for range workers {
		wg.Go(func() {
			for i := range work {
				if err := do(i); err != nil {
					errs <- err
					return
				}
			}
		})
	}
	var err error
	for i := 0; i < n && err == nil; i++ {
		select {
		case work <- i:
		case err = <-errs:
		}
	}
	close(work)
	wg.Wait()
	close(errs)
	return errors.Join(err, <-errs)
}
