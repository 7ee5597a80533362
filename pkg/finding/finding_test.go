package finding_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"crm.example/pkg/finding"
)

// told is a test that notes how it failed.
type told struct {
	testing.TB
	said string
}

func (*told) Name() string { return "TestLedger/kill" }

func (*told) Helper() {}

func (t *told) Errorf(format string, args ...any) { t.said += fmt.Sprintf(format, args...) }

func TestAFindingFailsTheTestAndIsWrittenDown(t *testing.T) {
	path := filepath.Join(t.TempDir(), "findings")
	t.Setenv("FINDINGS", path)
	failing := &told{TB: t}
	finding.Errorf(failing, "%d lost", 1)
	finding.Errorf(failing, ", %d doubled", 2)
	if failing.said != "1 lost, 2 doubled" {
		t.Errorf("the test says %q", failing.said)
	}
	if text, err := os.ReadFile(path); err != nil || string(text) != "TestLedger/kill: 1 lost\nTestLedger/kill: , 2 doubled\n" {
		t.Errorf("written down: %q, %v", text, err)
	}
}

func TestWithoutAFileTheTestFailsAllTheSame(t *testing.T) {
	t.Setenv("FINDINGS", "")
	failing := &told{TB: t}
	if finding.Errorf(failing, "lost"); failing.said != "lost" {
		t.Errorf("the test says %q", failing.said)
	}
}
