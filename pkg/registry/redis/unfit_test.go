package redis_test

import (
	"strings"
	"testing"

	"crm.example/pkg/problem"
	"crm.example/pkg/testenv"
)

func TestUnfitServer(t *testing.T) {
	t.Parallel()
	server := testenv.StartRedis(t, "--requirepass", "open")
	url := strings.Replace(server.URL, "redis://", "redis://:open@", 1)
	wantUnready(t, open(t, server.URL, patient), "NOAUTH")
	wantOutage(t, t.Context(), open(t, server.URL, patient))
	r, raw := open(t, url, patient), client(t, url)
	check(t, r.Ready(t.Context()))
	for _, policy := range []string{"allkeys-lru", "volatile-ttl"} {
		check(t, raw.ConfigSet(t.Context(), "maxmemory-policy", policy).Err())
		wantUnready(t, r, `Redis may evict tokens that count: its maxmemory-policy is "`+policy+`", but must be noeviction`)
	}
	check(t, raw.ConfigSet(t.Context(), "maxmemory-policy", "noeviction").Err())
	check(t, r.Ready(t.Context()))
}

// TestFullServer: a Redis without room is an outage for what it must keep, and still revokes.
func TestFullServer(t *testing.T) {
	t.Parallel()
	server := testenv.StartRedis(t)
	r, raw := open(t, server.URL, patient), client(t, server.URL)
	check(t, r.Register(t.Context(), token("a", "u")))
	wantAccept(t, r, "u", "a", true)
	check(t, raw.ConfigSet(t.Context(), "maxmemory", "1").Err())
	if err := r.Register(t.Context(), token("b", "v")); !problem.Is(err, problem.Unavailable) {
		t.Errorf("Register = %v", err)
	}
	wantAccept(t, r, "u", "a", true)
	check(t, r.RevokeUser(t.Context(), "u", 1))
	wantAccept(t, r, "u", "a", false)
}
