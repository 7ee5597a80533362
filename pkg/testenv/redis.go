package testenv

import (
	"crypto/rand"
	"os"
	"strings"
	"testing"
)

var sharedRedis = redis.shared(redisArgs)

// Redis is the URL of a Redis on which no other test has the same keys: that of TEST_REDIS_URL, or else
// a redis-server that the tests of this process share.
func Redis(t testing.TB) string {
	t.Helper()
	url := os.Getenv(redis.variable)
	if url == "" {
		redis.demand(t)
		s, err := sharedRedis()
		if err != nil {
			t.Fatal(err)
		}
		url = s.URL
	}
	before := "?"
	if strings.Contains(url, "?") {
		before = "&"
	}
	return url + before + "prefix=" + rand.Text() + ":"
}

// StartRedis starts a redis-server of the test's own; args are more of its options, such as "--requirepass", "x".
func StartRedis(t testing.TB, args ...string) *Server {
	t.Helper()
	return redis.start(t, func(port, folder string) []string { return append(redisArgs(port, folder), args...) })
}

func redisArgs(port, folder string) []string {
	return []string{"--port", port, "--bind", "127.0.0.1", "--dir", folder, "--save", "", "--appendonly", "no"}
}
