package testenv_test

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"crm.example/pkg/testenv"
)

// TestMissing prints what a run of the tests leaves out on this machine: `make test` ends with it.
func TestMissing(t *testing.T) {
	t.Parallel()
	for _, sentence := range testenv.Missing() {
		fmt.Println(sentence)
	}
}

func TestEachTestHasKeysOfItsOwn(t *testing.T) {
	t.Parallel()
	if one, other := testenv.Redis(t), testenv.Redis(t); one == other {
		t.Errorf("two tests share %s", one)
	}
}

func TestServerLivesThroughWhatTestsDoToIt(t *testing.T) {
	t.Parallel()
	for name, start := range map[string]func(testing.TB) *testenv.Server{
		"redis":      func(t testing.TB) *testenv.Server { return testenv.StartRedis(t) },
		"mongod":     func(t testing.TB) *testenv.Server { return testenv.StartMongoDB(t) },
		"replicaset": testenv.StartReplicaSet,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t)
			for _, end := range []func(){s.Stop, s.Kill, func() { s.Freeze(); s.Kill() }} {
				end()
				wantRefused(t, s.Addr)
				s.Start()
				s.Freeze()
				s.Thaw()
			}
		})
	}
}

const victim = "TESTENV_VICTIM"

// TestNoServerOutlivesTheTests kills a test binary that has started servers: nobody is left to stop them but the
// watchdog.
func TestNoServerOutlivesTheTests(t *testing.T) {
	t.Parallel()
	if os.Getenv(victim) != "" {
		own := testenv.StartRedis(t)
		own.Freeze() // even one that cannot hear
		fmt.Println("SERVER", strings.TrimPrefix(own.URL, "redis://"))
		url, _, _ := strings.Cut(strings.TrimPrefix(testenv.Redis(t), "redis://"), "?")
		fmt.Println("SERVER", url)
		select {}
	}
	testenv.StartRedis(t) // or skip
	cmd := exec.Command(os.Args[0], "-test.run=^TestNoServerOutlivesTheTests$")
	cmd.Env = append(os.Environ(), victim+"=1")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var servers []string
	for lines := bufio.NewScanner(out); len(servers) < 2 && lines.Scan(); {
		if addr, ok := strings.CutPrefix(lines.Text(), "SERVER "); ok {
			servers = append(servers, addr)
		}
	}
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
	if len(servers) != 2 {
		t.Fatalf("the victim started %v", servers)
	}
	for _, addr := range servers {
		wantRefused(t, addr)
	}
}

// TestMissingBackend runs a test where there is no server: it is skipped with a sentence, or fails if it must not be.
func TestMissingBackend(t *testing.T) {
	t.Parallel()
	for require, want := range map[string]string{"": "--- SKIP", "1": "--- FAIL"} {
		cmd := exec.Command(os.Args[0], "-test.v", "-test.run=^(TestMissing|TestEachTestHasKeysOfItsOwn)$")
		cmd.Env = []string{"PATH=" + t.TempDir(), "REQUIRE_BACKENDS=" + require}
		out, err := cmd.CombinedOutput()
		text := string(out)
		if failed := err != nil; failed != (require == "1") || !strings.Contains(text, want) ||
			!strings.Contains(text, "\nNOT TESTED: what needs Redis") || !strings.Contains(text, "\nNOT TESTED: what needs MongoDB") {
			t.Errorf("REQUIRE_BACKENDS=%s: %v\n%s", require, err, text)
		}
	}
}

// wantRefused waits until nobody listens.
func wantRefused(t *testing.T, addr string) {
	t.Helper()
	for begun := time.Now(); time.Since(begun) < 20*time.Second; time.Sleep(5 * time.Millisecond) {
		conn, err := net.Dial("tcp", addr)
		if errors.Is(err, syscall.ECONNREFUSED) {
			return
		}
		if err == nil {
			_ = conn.Close()
		}
	}
	t.Errorf("%s still takes connections", addr)
}
