package bare

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"time"

	"crm.example/deploy/bench/internal/load"
	"crm.example/pkg/registry"
	"crm.example/pkg/registry/redis"
)

var (
	summary = `{"subject": "` + strings.Repeat("s", 400) + `"}`
	text    = `{"message": "` + strings.Repeat("m", 600) + `"}`
	event   = []byte(`{"data": "` + strings.Repeat("e", 1500) + `"}`)
)

// rows are tickets by number, each of the client with that number modulo clients.
type rows struct {
	clients int
	last    atomic.Int64 // the newest ticket's
}

func (r *rows) one() int64 { return 1 + rand.Int64N(r.last.Load()) }

// Registry is that of access tokens on the services' Redis, with users of its own.
type Registry struct{ *redis.Registry }

const users = 1000

func userID(i int) string { return fmt.Sprintf("01999999-9999-7999-8999-%012d", i) }

// OpenRegistry registers a token for each user.
func OpenRegistry(ctx context.Context, address string) (Registry, error) {
	r, err := redis.Open("redis://"+address, redis.Options{Timeout: time.Second})
	for i := 0; i < users && err == nil; i++ {
		err = r.Register(ctx, registry.Token{ID: userID(i), UserID: userID(i), SessionID: userID(i), Expires: time.Now().Add(24 * time.Hour)})
	}
	return Registry{r}, err
}

// Operations are what every request with a token asks.
func (r Registry) Operations() []load.Operation {
	return []load.Operation{{Name: "check a token", Do: func(ctx context.Context) error {
		id := userID(rand.IntN(users))
		counts, err := r.Accept(ctx, id, id)
		if err == nil && !counts {
			err = errors.New("a registered token does not count")
		}
		return err
	}}}
}
