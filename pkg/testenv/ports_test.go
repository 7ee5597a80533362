package testenv_test

import (
	"net"
	"os/exec"
	"testing"

	"crm.example/pkg/testenv"
)

// Nobody answers where a server is to listen, though programs are started meanwhile: each holds, until it has begun, a copy
// of what was open, and would be taken for the server.
func TestFreeAddressIsFree(t *testing.T) {
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
		if conn, err := net.Dial("tcp", testenv.FreeAddress(t)); err == nil {
			t.Fatalf("draw %d: somebody answers on %s", drawn, conn.RemoteAddr())
		}
		select {
		case <-done:
			return
		default:
		}
	}
}
