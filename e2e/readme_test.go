package e2e_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"crm.example/e2e/target"
)

// TestReadmeTour runs the commands of the README's tour as they stand there, on a fresh server, and compares
// what they print with what the README says, but for ids, times and tokens.
func TestReadmeTour(t *testing.T) {
	t.Parallel()
	if binary == "" {
		t.Skip("the README's tour begins with building and starting a standalone server; its requests are the suite's own against every deployment")
	}
	folder := t.TempDir()
	own, stop, err := target.Start(binary, folder, "AUTH_BCRYPT_COST=10")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = stop() })
	if err := os.Mkdir(filepath.Join(folder, "bin"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(binary, filepath.Join(folder, "bin", "standalone")); err != nil {
		t.Fatal(err)
	}
	steps := tour(t, "http://127.0.0.1:8080", own.BaseURL)
	printed := runSteps(t, folder, steps)
	for i, step := range steps {
		if got, want := mask(printed[i]), mask(step.prints); got != want {
			t.Errorf("%s\nprints   %s\nREADME:  %s", step.commands, got, want)
		}
	}
}

// step is a block of commands and what the README says they print.
type step struct{ commands, prints string }

var block = regexp.MustCompile("(?s)```sh\n(.*?)```\n+(?:```(?:json|text)\n(.*?)```)?")

func tour(t *testing.T, base, own string) (steps []step) {
	t.Helper()
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(readme), "\n## Five minutes\n")
	section, _, _ = strings.Cut(section, "\n## ")
	for _, found := range block.FindAllStringSubmatch(section, -1) {
		steps = append(steps, step{strings.ReplaceAll(found[1], base, own), found[2]})
	}
	if len(steps) < 10 {
		t.Fatalf("the README's tour has %d steps", len(steps))
	}
	return steps
}

// runSteps runs all steps in one shell, as a person would.
func runSteps(t *testing.T, folder string, steps []step) []string {
	t.Helper()
	const mark = "---- end of step ----"
	var script strings.Builder
	for _, s := range steps {
		fmt.Fprintf(&script, "%s\necho\necho '%s'\n", s.commands, mark)
	}
	shell := exec.CommandContext(t.Context(), "bash", "-c", script.String())
	shell.Dir = folder
	out, err := shell.CombinedOutput()
	if err != nil {
		t.Fatalf("the tour failed: %v\n%s", err, out)
	}
	return strings.Split(string(out), mark)
}

var (
	changing = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f-]{27}|20\d\d-\d\d-\d\dT[0-9:.]+Z`)
	space    = regexp.MustCompile(`\s+`)
)

// mask takes out what differs from run to run, and how lines are broken.
func mask(s string) string {
	return changing.ReplaceAllString(space.ReplaceAllString(s, ""), "…")
}
