package redis

import (
	"context"
	_ "embed" // the scripts
	"time"

	goredis "github.com/redis/go-redis/v9"

	"crm.example/pkg/registry"
)

var (
	//go:embed scripts/tokens.lua
	tokens string
	//go:embed scripts/register.lua
	register string
	//go:embed scripts/accept.lua
	accept string
	//go:embed scripts/accepted.lua
	accepted string
	//go:embed scripts/remove.lua
	remove string
	//go:embed scripts/revoke-session.lua
	revokeSession string
	//go:embed scripts/revoke-user.lua
	revokeUser string

	registerScript      = goredis.NewScript(tokens + register)
	acceptScript        = goredis.NewScript(tokens + accept)
	acceptedScript      = goredis.NewScript(tokens + accepted)
	removeScript        = goredis.NewScript(remove)
	revokeSessionScript = goredis.NewScript(tokens + revokeSession)
	revokeUserScript    = goredis.NewScript(tokens + revokeUser)
)

func (r *Registry) user(id string) string { return r.prefix + "at:{" + id + "}" }

// Register implements registry.Tokens.
func (r *Registry) Register(ctx context.Context, t registry.Token) error {
	life := time.Until(t.Expires).Milliseconds()
	_, err := r.ask(ctx, "register token", registerScript, r.user(t.UserID), t.ID, life, t.Generation, t.Epoch, t.SessionID, registry.MostTokens)
	return err
}

// Accept implements registry.Tokens.
func (r *Registry) Accept(ctx context.Context, userID, tokenID string) (bool, error) {
	yes, err := r.ask(ctx, "accept token", acceptScript, r.user(userID), tokenID)
	return yes == 1, err
}

// Accepted implements registry.Tokens.
func (r *Registry) Accepted(ctx context.Context, userID, sessionID string, generation int) (bool, error) {
	yes, err := r.ask(ctx, "look for use of session", acceptedScript, r.user(userID), sessionID, generation)
	return yes == 1, err
}

// Remove implements registry.Tokens.
func (r *Registry) Remove(ctx context.Context, userID, tokenID string) error {
	_, err := r.ask(ctx, "remove token", removeScript, r.user(userID), tokenID)
	return err
}

// RevokeSession implements registry.Tokens.
func (r *Registry) RevokeSession(ctx context.Context, userID, sessionID string) error {
	_, err := r.ask(ctx, "revoke session", revokeSessionScript, r.user(userID), sessionID)
	return err
}

// RevokeUser implements registry.Tokens.
func (r *Registry) RevokeUser(ctx context.Context, userID string, below int) error {
	_, err := r.ask(ctx, "revoke user", revokeUserScript, r.user(userID), below)
	return err
}
