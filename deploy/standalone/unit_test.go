package main_test

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
)

const unit = "../systemd/crm.service"

// The unit of systemd leaves the program little: systemd's own judgement is at most 2.0 of 10, and it knows every line.
func TestUnitIsHardened(t *testing.T) {
	t.Parallel()
	analyze, err := exec.LookPath("systemd-analyze")
	if err != nil {
		fmt.Fprintln(os.Stderr, "NOT TESTED: how much the unit of systemd leaves the program, since systemd-analyze is not on PATH")
		t.SkipNow()
	}
	if out, err := exec.CommandContext(t.Context(), analyze, "security", "--offline=yes", "--threshold=20", unit).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	out, _ := exec.CommandContext(t.Context(), analyze, "verify", unit).CombinedOutput() // the program is not installed here
	if strings.Contains(string(out), "Unknown") || strings.Contains(string(out), "ignoring") {
		t.Errorf("%s", out)
	}
}

// The settings beside the unit are settings.
func TestSettingsOfTheUnitAreKnown(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../systemd/environment")
	if err != nil {
		t.Fatal(err)
	}
	p := newPlace(t)
	out, _ := p.tell("config")
	for line := range strings.Lines(string(text)) {
		if name, _, set := strings.Cut(line, "="); set && !strings.HasPrefix(line, "#") && !strings.Contains(out, name+" ") && !strings.Contains(out, name+"=") {
			t.Errorf("%s is no setting:\n%s", name, out)
		}
	}
}
