package account

import (
	"cmp"
	"context"
	"slices"

	"crm.example/pkg/problem"
)

// ListAgents lists everybody who is an agent or an admin, by name.
func (a *Accounts) ListAgents(ctx context.Context) ([]User, error) {
	agents, err := a.Store.Agents(ctx)
	slices.SortFunc(agents, func(a, b User) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
	return agents, err
}

// Client finds a client; anybody else is `not-found`.
func (a *Accounts) Client(ctx context.Context, userID string) (User, error) {
	u, err := a.Store.UserByID(ctx, userID)
	if err == nil && u.Role != RoleClient {
		return User{}, problem.New(problem.NotFound, "")
	}
	return u, err
}
