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
	done := make(chan struct{})
	go func() {
		defer close(done)
		for range 500 {
			if err := exec.Command("true").Run(); err != nil {
				t.Error(err)
				return
			}
		}
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
		case <-done:
			return
		default:
		}
	}
}
