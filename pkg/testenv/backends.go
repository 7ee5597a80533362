package testenv

import (
	"fmt"
	"os"
	"os/exec"
	"sync"
	"testing"
)

// backend is a server that tests start if its program is on PATH, and that a variable may name instead.
type backend struct{ name, program, variable, scheme string }

var (
	redis   = backend{"Redis", "redis-server", "TEST_REDIS_URL", "redis://"}
	mongodb = backend{"MongoDB", "mongod", "TEST_MONGODB_URI", "mongodb://"}
)

// Missing lists the backends that this machine does not have, a sentence for each.
func Missing() []string {
	var sentences []string
	for _, b := range []backend{redis, mongodb} {
		if _, err := exec.LookPath(b.program); err != nil {
			sentences = append(sentences, b.missing())
		}
	}
	return sentences
}

func (b backend) missing() string {
	if os.Getenv(b.variable) != "" {
		return fmt.Sprintf("NOT TESTED: what stops or kills %s, since %s is not on PATH", b.name, b.program)
	}
	return fmt.Sprintf("NOT TESTED: what needs %s, since %s is not on PATH and %s is not set", b.name, b.program, b.variable)
}

// demand skips the test if the program is not there, or fails it if REQUIRE_BACKENDS=1 says that everything must
// be tested.
func (b backend) demand(t testing.TB) {
	t.Helper()
	_, err := exec.LookPath(b.program)
	switch {
	case err == nil:
	case os.Getenv("REQUIRE_BACKENDS") == "1":
		t.Fatal(b.missing())
	default:
		t.Skip(b.missing())
	}
}

// start starts a server of the test's own.
func (b backend) start(t testing.TB, args func(port, folder string) []string) *Server {
	t.Helper()
	b.demand(t)
	s, err := b.launch(t.TempDir(), args)
	if err != nil {
		t.Fatal(err)
	}
	s.t = t
	t.Cleanup(s.Kill)
	return s
}

// shared starts one server for all tests of a process. When the process ends, the server ends and its folder is removed.
func (b backend) shared(args func(port, folder string) []string) func() (*Server, error) {
	return sync.OnceValues(func() (*Server, error) {
		folder, err := os.MkdirTemp("", b.program+"-")
		if err != nil {
			return nil, err
		}
		return b.launch(folder, args)
	})
}
