package testenv_test

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"crm.example/pkg/testenv"
)

// TestMissing prints what a run of the tests leaves out on this machine: `make test` ends with it.
func TestMissing(t *testing.T) {
	t.Parallel()
	for _, sentence := range testenv.Missing() {
		fmt.Println(sentence)
	}
}

// TestNeedsRedis is what TestMissingBackend runs.
func TestNeedsRedis(t *testing.T) {
	t.Parallel()
	testenv.Redis(t)
}

// TestMissingBackend runs a test where there is no server: it is skipped with a sentence, or fails if it must not be.
func TestMissingBackend(t *testing.T) {
	t.Parallel()
	for require, want := range map[string]string{"": "--- SKIP", "1": "--- FAIL"} {
		cmd := exec.Command(os.Args[0], "-test.v", "-test.run=^(TestMissing|TestNeedsRedis)$")
		cmd.Env = []string{"PATH=" + t.TempDir(), "REQUIRE_BACKENDS=" + require}
		out, err := cmd.CombinedOutput()
		text := string(out)
		if failed := err != nil; failed != (require == "1") || !strings.Contains(text, want) ||
			!strings.Contains(text, "\nNOT TESTED: what needs Redis") || !strings.Contains(text, "\nNOT TESTED: what needs MongoDB") {
			t.Errorf("REQUIRE_BACKENDS=%s: %v\n%s", require, err, text)
		}
	}
}
