package process_test

import (
	"os"
	"os/exec"
	"testing"
	"time"

	"crm.example/deploy/bench/internal/process"
)

// A server may do its work in processes that it starts; the load program's servers are none of its own work.
func TestGroupHasItsChildrenUnlessItIsAlone(t *testing.T) {
	t.Parallel()
	child := exec.Command("sh", "-c", "while :; do :; done")
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = child.Process.Kill(); _ = child.Wait() })
	us := []int{os.Getpid()}
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		uses, err := process.Usage([]process.Group{{PIDs: us, Alone: true}, {PIDs: us}})
		if err != nil {
			t.Fatal(err)
		}
		alone := uses[0]
		if alone.Own < 1<<20 || alone.RSS < alone.Own || alone.Peak < alone.RSS || alone.Files < 3 {
			t.Fatalf("this process uses %+v", alone)
		}
		if uses[1].CPU > alone.CPU+50*time.Millisecond && alone.CPU > 0 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatal("what the child uses is not seen, or is taken for ours")
		}
	}
}

func TestProcessThatIsNotThere(t *testing.T) {
	t.Parallel()
	if _, err := process.Usage([]process.Group{{PIDs: []int{-1}}}); err == nil {
		t.Error("it uses something")
	}
}
