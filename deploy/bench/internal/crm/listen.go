package crm

import "context"

// Token is the client's access JWT.
func (c Client) Token() string { return c.token }

// Reply adds a message to the client's first ticket: one event for each of its listeners.
func (a *API) Reply(ctx context.Context, c Client) error { return a.do(ctx, reply(c, c.tickets[0])) }
