package bare

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"crm.example/pkg/registry"
	registryredis "crm.example/pkg/registry/redis"
)

// Redis asks what must be asked for each request: the registry's own script, by its hash, in one round trip.
type Redis struct {
	client *redis.Client
	accept *redis.Script
}

// users are registered with a token each.
const users = 1000

// OpenRedis connects to the server of the services and registers tokens of users of its own.
func OpenRedis(ctx context.Context, address string) (Redis, error) {
	script, err := acceptScript(ctx)
	if err != nil {
		return Redis{}, err
	}
	tokens, err := registryredis.Open("redis://"+address, registryredis.Options{Timeout: time.Second})
	if err != nil {
		return Redis{}, err
	}
	defer tokens.Close() // the answers have come
	for i := range users {
		t := registry.Token{ID: tokenID, UserID: userID(i), SessionID: tokenID, Expires: time.Now().Add(time.Hour)}
		if err := tokens.Register(ctx, t); err != nil {
			return Redis{}, fmt.Errorf("register token: %w", err)
		}
	}
	return Redis{redis.NewClient(&redis.Options{Addr: address, Protocol: 2}), redis.NewScript(script)}, nil
}

const tokenID = "01999999-9999-7999-8999-999999999999" // as long as one

func userID(i int) string { return fmt.Sprintf("01999999-9999-7999-8999-%012d", i) }

// acceptScript is the registry's, as it lies in the source.
func acceptScript(ctx context.Context) (string, error) {
	out, err := exec.CommandContext(ctx, "go", "list", "-f", "{{.Dir}}", "crm.example/pkg/registry/redis").Output()
	if err != nil {
		return "", fmt.Errorf("find the registry's scripts: %w", err)
	}
	folder := filepath.Join(strings.TrimSpace(string(out)), "scripts")
	shared, errShared := os.ReadFile(filepath.Join(folder, "tokens.lua"))
	own, errOwn := os.ReadFile(filepath.Join(folder, "accept.lua"))
	return string(shared) + string(own), errors.Join(errShared, errOwn)
}

// Close closes the connections.
func (r Redis) Close() error { return r.client.Close() }

// Check asks whether a user's token counts.
func (r Redis) Check(ctx context.Context, n int64) error {
	counts, err := r.accept.Run(ctx, r.client, []string{"at:{" + userID(int(n%users)) + "}"}, tokenID).Int()
	if err == nil && counts != 1 {
		err = errors.New("a registered token does not count")
	}
	return err
}
