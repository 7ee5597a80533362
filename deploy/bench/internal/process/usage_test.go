package process_test

import (
	"os"
	"testing"
	"time"

	"crm.example/deploy/bench/internal/process"
)

func TestUsageOfThisProcess(t *testing.T) {
	t.Parallel()
	before, err := process.CPU(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(30 * time.Second); ; { // work until it shows
		now, err := process.CPU(os.Getpid())
		if err != nil {
			t.Fatal(err)
		}
		if now > before+20*time.Millisecond {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("the CPU time does not grow")
		}
	}
	all, own, err := process.RSS(os.Getpid())
	if err != nil || own < 1<<20 || all < own {
		t.Errorf("RSS = %d, %d, %v", all, own, err)
	}
	if _, err := process.CPU(-1); err == nil {
		t.Error("a process that is not there has a CPU time")
	}
}
