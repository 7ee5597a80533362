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
	done := make(chan error, 1)
	go func() {
		var err error
		for i := 0; i < 500 && err == nil; i++ {
			err = exec.Command("true").Run()
		}
		done <- err
	}()
	for drawn := 0; ; drawn++ {
		if conn, err := net.Dial("tcp", testenv.FreeAddress(t)); err == nil {
			t.Fatalf("draw %d: somebody answers on %s", drawn, conn.RemoteAddr())
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
