package redis

import (
	"context"
	_ "embed" // the script
	"errors"

	goredis "github.com/redis/go-redis/v9"

	"crm.example/pkg/registry"
)

//go:embed scripts/standing.lua
var standing string

var standingScript = goredis.NewScript(tokens + standing)

// pipeline is the number of tokens in one request: Redis serves others between two requests, and if it hangs, the wait is no longer
// than one call may take.
const pipeline = 256

// Standings implements registry.Tokens: one script a token, since users lie in different slots of a cluster, sent
// together and answered together. 5,000 tokens keep Redis busy for about 100 ms.
func (r *Registry) Standings(ctx context.Context, tokens []registry.Token) []registry.Standing {
	standings := make([]registry.Standing, 0, len(tokens))
	for len(tokens) > 0 && ctx.Err() == nil {
		n := min(pipeline, len(tokens))
		standings = append(standings, r.standings(ctx, tokens[:n])...)
		tokens = tokens[n:]
	}
	return append(standings, make([]registry.Standing, len(tokens))...)
}

func (r *Registry) standings(ctx context.Context, tokens []registry.Token) []registry.Standing {
	ctx, cancel := context.WithTimeout(ctx, r.timeout)
	defer cancel()
	standings, unloaded := r.askAll(ctx, standingScript.EvalSha, tokens)
	if unloaded { // the server does not have the script yet: it is sent in full, which is safe since it changes nothing
		standings, _ = r.askAll(ctx, standingScript.Eval, tokens)
	}
	return standings
}

type eval func(ctx context.Context, c goredis.Scripter, keys []string, args ...any) *goredis.Cmd

// askAll sends one pipeline; on a cluster, one to each node. Tokens without an answer are Unknown. An answer is used even if it
// comes with an error: when a node hangs, go-redis gives its error to the answers of the others too.
func (r *Registry) askAll(ctx context.Context, ask eval, tokens []registry.Token) (standings []registry.Standing, unloaded bool) {
	answers := make([]*goredis.Cmd, len(tokens))
	_, _ = r.client.Pipelined(ctx, func(p goredis.Pipeliner) error {
		for i, t := range tokens {
			answers[i] = ask(ctx, p, []string{r.user(t.UserID)}, t.ID)
		}
		return nil
	})
	standings = make([]registry.Standing, len(tokens))
	for i, answer := range answers {
		counts, answered := answer.Val().(int64)
		var refused goredis.Error
		switch {
		case answered && counts == 1:
			standings[i] = registry.Counts
		case answered:
			standings[i] = registry.Ended
		case errors.As(answer.Err(), &refused) && goredis.HasErrorPrefix(refused, "NOSCRIPT"):
			unloaded = true
		}
	}
	return standings, unloaded
}
