package gateway_test

import (
	"strings"
	"testing"
	"time"

	"crm.example/pkg/web"
)

// TestKilledReplica kills one of three under a mixed load and starts it again.
func TestKilledReplica(t *testing.T) {
	t.Parallel()
	const clients = 16
	f := newFleet(t, "10.0.0.1", "10.0.0.2", "10.0.0.3")
	d := f.before(t, nil)
	l := begin(d, clients)
	for addr := range f.members {
		f.member(addr).gets(t, 50)
	}
	f.kill("10.0.0.2")
	l.more(t, 500)
	l.over(t) // a client that had to wait may have chosen the dead replica long ago
	tries := strings.Count(d.log.text(), "try failed")
	l.more(t, 500)
	if again := strings.Count(d.log.text(), "try failed"); again > tries || again > clients {
		t.Errorf("%d requests were sent to a dead replica, %d of them begun after 500 had been answered", again, again-tries)
	}
	f.start(t, "10.0.0.2", patient).gets(t, 50)
	l.end(t, f)
	if n := l.gets.Load(); n > 0 {
		t.Errorf("%d GETs failed: %v", n, l.last)
	}
	if n := l.posts.Load(); n > clients {
		t.Errorf("%d POSTs failed, more than can have been under way: %v", n, l.last)
	}
}

// TestReplicasRestartOneAfterTheOther drains each of three under load as a deployment does.
func TestReplicasRestartOneAfterTheOther(t *testing.T) {
	t.Parallel()
	notice := patient
	notice.Unready = 600 * time.Millisecond
	for name, d := range map[string]web.Drain{"at once": patient, "after a notice": notice} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			addrs := []string{"10.0.0.1", "10.0.0.2", "10.0.0.3"}
			f := newFleet(t, addrs...)
			for _, addr := range addrs {
				f.start(t, addr, d)
			}
			l := begin(f.before(t, nil), 8)
			for _, addr := range addrs {
				old := f.member(addr)
				old.gets(t, 50)
				old.drain()
				if err := <-old.ended; err != nil {
					t.Errorf("drain: %v", err)
				}
				f.start(t, addr, d).gets(t, 50)
			}
			l.end(t, f)
			if n := l.gets.Load() + l.posts.Load(); n > 0 {
				t.Errorf("%d requests failed: %v", n, l.last)
			}
		})
	}
}

// TestReplicasFollowDNS moves the name to other addresses, and then takes DNS away.
func TestReplicasFollowDNS(t *testing.T) {
	t.Parallel()
	f := newFleet(t, "10.0.0.1", "10.0.0.2")
	f.name("10.0.0.1")
	l := begin(f.before(t, nil), 2)
	f.member("10.0.0.1").gets(t, 10)
	f.name("10.0.0.1", "10.0.0.2")
	f.member("10.0.0.2").gets(t, 10)
	f.name("10.0.0.2")
	waitFor(t, func() bool {
		before := f.member("10.0.0.1").served.Load()
		l.more(t, 100)
		return f.member("10.0.0.1").served.Load() == before
	})
	f.name()
	f.member("10.0.0.2").gets(t, 10)
	l.end(t, f)
	if n := l.gets.Load() + l.posts.Load(); n > 0 {
		t.Errorf("%d requests failed: %v", n, l.last)
	}
}
