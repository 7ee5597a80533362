package redis_test

import (
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"crm.example/pkg/problem"
	"crm.example/pkg/testenv"
)

// TestLostAnswerIsNotAskedForAgain cuts the connection where the answer to a script should come: what may have been
// counted is not counted twice, on one server or in a cluster, whose client follows redirections by repeating.
func TestLostAnswerIsNotAskedForAgain(t *testing.T) {
	t.Parallel()
	for name, cluster := range map[string]bool{"server": false, "cluster": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wire, port := listen(t)
			server, url := testenv.StartRedis(t), "redis://"+wire.Addr().String()
			if cluster {
				n := startNode(t, "--cluster-announce-ip", "127.0.0.1", "--cluster-announce-port", port)
				check(t, n.ClusterAddSlotsRange(t.Context(), 0, slots-1).Err())
				server, url = n.Server, url+"?cluster=true"
			}
			var cut atomic.Bool
			go forward(wire, server.Addr, &cut)

			r, raw := open(t, url, patient), client(t, server.URL)
			await(t, "the server works", func() bool { _, _, err := r.Take(t.Context(), "k", 9, time.Hour); return err == nil })
			before, err := raw.Get(t.Context(), "th:{k}").Int()
			check(t, err)
			cut.Store(true)
			if _, _, err := r.Take(t.Context(), "k", 9, time.Hour); !problem.Is(err, problem.Unavailable) {
				t.Errorf("Take = %v", err)
			}
			if after, err := raw.Get(t.Context(), "th:{k}").Int(); after != before+1 || err != nil {
				t.Errorf("counted %d times, %v", after-before, err)
			}
		})
	}
}

func listen(t *testing.T) (net.Listener, string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	check(t, err)
	t.Cleanup(func() { _ = l.Close() })
	_, port, err := net.SplitHostPort(l.Addr().String())
	check(t, err)
	return l, port
}

// forward passes connections on to a server, and cuts each that carries a script, once cut is set, before its answer.
func forward(l net.Listener, to string, cut *atomic.Bool) {
	for {
		near, err := l.Accept()
		if err != nil {
			return
		}
		far, err := net.Dial("tcp", to)
		if err != nil {
			_ = near.Close()
			continue
		}
		var script atomic.Bool
		go pass(far, near, func(sent string) bool {
			script.Store(strings.Contains(strings.ToLower(sent), "eval"))
			return true
		})
		go pass(near, far, func(string) bool { return !(cut.Load() && script.Load()) })
	}
}

// pass copies until an end closes or look says no.
func pass(to, from net.Conn, look func(string) bool) {
	defer func() { _, _ = to.Close(), from.Close() }()
	buffer := make([]byte, 64<<10)
	for {
		n, err := from.Read(buffer)
		if err != nil || !look(string(buffer[:n])) {
			return
		}
		if _, err := to.Write(buffer[:n]); err != nil {
			return
		}
	}
}
