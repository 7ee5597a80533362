package redis_test

import (
	"net"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"crm.example/pkg/registry"
	"crm.example/pkg/testenv"
)

// TestStandingsArePipelined counts how often Redis is asked and answers: 1,000 tokens are four questions, not 1,000, so
// that a look-up costs a few round trips however many listen. Each question goes out in one piece or, with buffers in
// between, in a few.
func TestStandingsArePipelined(t *testing.T) {
	t.Parallel()
	const many, most = 1000, 40
	wire, _ := listen(t)
	server := testenv.StartRedis(t)
	var sent, scripts atomic.Int64
	go relay(wire, server.Addr, func(piece string) {
		sent.Add(1)
		scripts.Add(int64(strings.Count(strings.ToLower(piece), "evalsha\r\n")))
	})
	r := open(t, "redis://"+wire.Addr().String(), patient)
	tokens := make([]registry.Token, many)
	for i := range tokens {
		tokens[i] = token(strconv.Itoa(i), "user-"+strconv.Itoa(i))
	}
	r.Standings(t.Context(), tokens[:1]) // the connection is there, and the server knows the script
	sent.Store(0)
	scripts.Store(0)
	for i, standing := range r.Standings(t.Context(), tokens) {
		if standing != registry.Ended { // none was registered
			t.Fatalf("token %d: %v", i, standing)
		}
	}
	if sent.Load() > most || scripts.Load() < many*9/10 { // a name that two pieces share is not seen
		t.Errorf("%d tokens were asked about in %d pieces, with %d scripts, want %d pieces at most", many, sent.Load(), scripts.Load(), most)
	}
}

// relay passes connections on to a server, and tells of each piece that a client sends.
func relay(l net.Listener, to string, tell func(piece string)) {
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
		go pass(far, near, func(piece string) bool { tell(piece); return true })
		go pass(near, far, func(string) bool { return true })
	}
}
