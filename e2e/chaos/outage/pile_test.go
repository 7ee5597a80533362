//go:build chaos

package outage_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"crm.example/e2e/chaos/outage"
)

// What may pile up: nothing. The bounds are of pools (Redis 10 a processor, MongoDB what was asked for at once) and of
// the connections that a client keeps, and do not grow with the length of an outage.
const (
	mostConnections = 120 // to one engine, of all services, while it is away
	moreConnections = 40  // after it than before it
	moreFiles       = 80  // open in one service, likewise
	mostGoroutines  = 250 // in one service, at the end
)

// pile is what is open.
type pile map[string]int

func (s *suite) pile(t *testing.T) pile {
	t.Helper()
	open := pile{}
	for _, engine := range outage.Engines {
		open[engine] = s.proxies[engine].Open()
	}
	for _, service := range services {
		files, err := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", s.Service(service, 0).PID()))
		if err != nil {
			t.Fatal(err)
		}
		open[service] = len(files) // none where there is no /proc
	}
	return open
}

var services = []string{"gateway", "auth", "ticket"}

// wantNoPile wants about as much open as before the fault, soon.
func (s *suite) wantNoPile(t *testing.T, engine string, before pile) {
	t.Helper()
	if most := s.proxies[engine].Most(); most > mostConnections {
		t.Errorf("%d connections to %s were open at once", most, engine)
	}
	for begun := time.Now(); ; time.Sleep(100 * time.Millisecond) {
		after := s.pile(t)
		over := ""
		for what, n := range after {
			more := moreConnections
			if s.proxies[what] == nil {
				more = moreFiles
			}
			if n > before[what]+more {
				over += fmt.Sprintf("%s has %d open, and had %d before; ", what, n, before[what])
			}
		}
		if over == "" {
			t.Logf("open before %v, after %v", before, after)
			return
		}
		if time.Since(begun) > outage.Recovery {
			t.Error(over)
			return
		}
	}
}

// wantFewGoroutines ends each service so that it lists its goroutines, and counts them.
func (s *suite) wantFewGoroutines(t *testing.T) {
	t.Helper()
	for _, service := range services {
		p := s.Service(service, 0)
		before, _ := os.ReadFile(p.Log)
		if err := syscall.Kill(p.PID(), syscall.SIGQUIT); err != nil {
			t.Fatal(err)
		}
		for p.Running() {
			time.Sleep(10 * time.Millisecond)
		}
		said, err := os.ReadFile(p.Log)
		if err != nil {
			t.Fatal(err)
		}
		n := strings.Count(string(said[len(before):]), "\ngoroutine ")
		_ = os.WriteFile(p.Log, before, 0o600) // which is shown if the test fails
		t.Logf("%s ended with %d goroutines", service, n)
		if n == 0 || n > mostGoroutines {
			t.Errorf("%s has %d goroutines after all outages", service, n)
		}
	}
}
