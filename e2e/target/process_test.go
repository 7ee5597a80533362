package target_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/signal"
	"syscall"
	"testing"
	"time"

	"crm.example/e2e/target"
)

const listenOn = "E2E_TARGET_LISTEN"

// TestListener is the program that the other tests start.
func TestListener(t *testing.T) {
	address := os.Getenv(listenOn)
	if address == "" {
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	ln, err := net.Listen("tcp", address)
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	<-ctx.Done()
	_ = ln.Close()
	os.Exit(0)
}

func listener(t *testing.T) *target.Process {
	t.Helper()
	addresses, err := target.FreePorts(1)
	if err != nil {
		t.Fatal(err)
	}
	p := target.NewProcess(os.Args[0], addresses[0], t.TempDir(), []string{"-test.run=^TestListener$"}, []string{listenOn + "=" + addresses[0]})
	t.Cleanup(p.Kill)
	return p
}

func TestProcessEndsAndStartsAgain(t *testing.T) {
	t.Parallel()
	p := listener(t)
	for _, end := range []func() error{p.Stop, func() error { p.Kill(); return nil }, func() error { return errors.Join(p.Freeze(), p.Thaw(), p.Stop()) }} {
		if err := p.Start(); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		if err := p.Ready(ctx); err != nil || !p.Running() {
			t.Errorf("ready %v, running %v", err, p.Running())
		}
		if err := end(); err != nil || p.Running() {
			t.Errorf("ended with %v, running %v", err, p.Running())
		}
	}
}

// One whose port is taken says so: then the whole deployment is started anew.
func TestPortThatIsTaken(t *testing.T) {
	t.Parallel()
	p := listener(t)
	ln, err := net.Listen("tcp", p.Address)
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	if err := p.Start(); !errors.Is(err, target.ErrPortTaken) {
		t.Errorf("got %v", err)
	}
}

// How a run ended, and whether it stands still, is told by the system.
func TestProcessIsKilledAndFrozen(t *testing.T) {
	t.Parallel()
	p := listener(t)
	for _, end := range []struct {
		by     func() error
		killed bool
	}{{p.Stop, false}, {func() error { p.Kill(); return nil }, true}} {
		if err := p.Start(); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		if err := errors.Join(p.Ready(ctx), p.Freeze()); err != nil || p.Killed() {
			t.Errorf("%v, killed %v while it runs", err, p.Killed())
		}
		for !p.Frozen() && ctx.Err() == nil {
			time.Sleep(time.Millisecond)
		}
		if err := errors.Join(ctx.Err(), p.Thaw(), end.by()); err != nil || p.Killed() != end.killed {
			t.Errorf("%v, killed %v, want %v", err, p.Killed(), end.killed)
		}
	}
}
