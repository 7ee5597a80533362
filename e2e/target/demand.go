package target

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// Missing is a sentence on what this machine lacks for a distributed deployment, "" if nothing.
func Missing(what string) string {
	var lacking []string
	for _, program := range []string{MongoDB, Redis} {
		if _, err := exec.LookPath(program); err != nil {
			lacking = append(lacking, program)
		}
	}
	if len(lacking) == 0 {
		return ""
	}
	return fmt.Sprintf("NOT TESTED: %s, since not on PATH: %s", what, strings.Join(lacking, ", "))
}

// Demand skips a test that needs a distributed deployment where there can be none, with a line that is printed even
// without -v, or fails it where REQUIRE_BACKENDS=1 says that everything must be tested.
func Demand(t testing.TB, what string) {
	t.Helper()
	switch sentence := Missing(what); {
	case sentence == "":
	case os.Getenv("REQUIRE_BACKENDS") == "1":
		t.Fatal(sentence)
	default:
		fmt.Fprintln(os.Stderr, sentence)
		t.Skip(sentence)
	}
}
