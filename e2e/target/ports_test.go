package target_test

import (
	"net"
	"os/exec"
	"testing"

	"crm.example/e2e/target"
)

// Nobody answers on a port that is free, though programs are started meanwhile: each holds, until it has begun, a copy of
// what was open.
func TestFreePortsAreFree(t *testing.T) {
	t.Parallel()
	done := make(chan error, 1)
	go func() {
		var err error
		for i := 0; i < 500 && err == nil; i++ {
			err = exec.Command("true").Run()
		}
		done <- err
	}()
	for drawn := 0; ; drawn++ {
		addresses, err := target.FreePorts(3)
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range addresses {
			if conn, err := net.Dial("tcp", a); err == nil {
				t.Fatalf("draw %d: somebody answers on %s", drawn, conn.RemoteAddr())
			}
		}
		select {
		case err := <-done:
			if err != nil {
				t.Fatal(err)
			}
			return
		default:
		}
	}
}
