package main_test

import (
	"strings"
	"testing"
)

// Beside a running server, whose port of NATS nobody needs to know, and again.
func TestRebuildBesideTheServer(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	if out, code := p.tell("events", "rebuild"); code == 0 || !strings.Contains(out, "there is no file") {
		t.Errorf("of nothing: exit code %d: %s", code, out)
	}
	running := p.start()
	newClient(p).signUp(t)
	for range 2 {
		if out, code := p.tell("events", "rebuild"); code != 0 || !strings.Contains(out, "Announced as they are") {
			t.Fatalf("exit code %d: %s", code, out)
		}
	}
	if out, code := p.tell("events"); code == 0 || !strings.Contains(out, "want: standalone events rebuild") {
		t.Errorf("exit code %d: %s", code, out)
	}
	running.stop()
	if out, code := p.tell("export", "--settled", t.TempDir()); code != 0 {
		t.Errorf("events are left: exit code %d: %s", code, out)
	}
}
