package build_test

import (
	"os/exec"
	"runtime"
	"strings"
	"testing"

	"crm.example/pkg/build"
)

func TestVersionIsNeverEmpty(t *testing.T) {
	t.Parallel()
	if build.Version() == "" {
		t.Error("no version")
	}
	if line := build.Line(); !strings.Contains(line, build.Version()) || !strings.HasSuffix(line, runtime.Version()) {
		t.Errorf("the line is %q", line)
	}
}

// As deploy/docker/Dockerfile builds: the linker passes over a name that is not there without a word.
func TestTheLinkerSetsTheVersion(t *testing.T) {
	t.Parallel()
	path, err := exec.CommandContext(t.Context(), "go", "list", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	flag := "-X " + strings.TrimSpace(string(path)) + ".version=1.2+3c41a98"
	out, err := exec.CommandContext(t.Context(), "go", "run", "-ldflags", flag, "./testdata/tell").CombinedOutput()
	if err != nil || strings.TrimSpace(string(out)) != "1.2+3c41a98" {
		t.Errorf("%q, %v", out, err)
	}
}
