package crm

import (
	"context"
	"fmt"
	"net/http"
)

// Return logs clients in who are there already, and finds out which tickets they have: the newest hundred of each.
func (a *API) Return(ctx context.Context, emails []string, password string) ([]Client, error) {
	clients := make([]Client, len(emails))
	err := inParallel(2, len(emails), func(i int) error {
		var err error
		if clients[i], err = a.logIn(ctx, emails[i], password); err != nil {
			return fmt.Errorf("log in: %w", err)
		}
		return a.findTickets(ctx, &clients[i])
	})
	return clients, err
}

func (a *API) findTickets(ctx context.Context, c *Client) error {
	var page struct {
		Items []struct {
			ID string `json:"id"`
		} `json:"items"`
	}
	err := a.do(ctx, request{method: http.MethodGet, path: "/v1/ticket?limit=100", token: c.token, answer: &page})
	if err != nil {
		return fmt.Errorf("find tickets: %w", err)
	}
	for _, item := range page.Items {
		c.tickets = append(c.tickets, item.ID)
	}
	if len(c.tickets) == 0 {
		return fmt.Errorf("a client has no tickets")
	}
	return nil
}

func (a *API) logIn(ctx context.Context, email, password string) (Client, error) {
	var tokens struct {
		AccessJWT string `json:"accessJWT"`
	}
	body := map[string]string{"email": email, "password": password}
	err := a.patiently(ctx, request{method: http.MethodPost, path: "/v1/user/login", body: body, answer: &tokens})
	return Client{token: tokens.AccessJWT}, err
}
