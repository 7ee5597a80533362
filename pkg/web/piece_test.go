package web_test

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"strconv"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"crm.example/pkg/web"
)

// countingListener counts the writes of its connections.
type countingListener struct {
	net.Listener
	writes *atomic.Int64
}

func (l countingListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	return countingConn{conn, l.writes}, err
}

type countingConn struct {
	net.Conn
	writes *atomic.Int64
}

func (c countingConn) Write(p []byte) (int, error) {
	c.writes.Add(1)
	return c.Conn.Write(p)
}

// servePieces answers /?size=n with n bytes, in pieces of 1,000 if asked to, and returns where, and how often it has written.
func servePieces(t *testing.T) (url string, writes *atomic.Int64) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	served := make(chan error, 1)
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		size, _ := strconv.Atoi(r.FormValue("size"))
		w.Header().Set("Content-Length", strconv.Itoa(size))
		for rest := bytes.Repeat([]byte("x"), size); len(rest) > 0; {
			n := len(rest)
			if r.FormValue("small") != "" {
				n = min(n, 1000)
			}
			_, _ = w.Write(rest[:n])
			rest = rest[n:]
		}
	})
	writes = new(atomic.Int64)
	go func() { served <- web.Serve(ctx, countingListener{ln, writes}, handler, web.Drain{}) }()
	t.Cleanup(func() {
		stop()
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
	return "http://" + ln.Addr().String(), writes
}

func TestAnswersArriveWholeWhateverTheirLength(t *testing.T) {
	t.Parallel()
	url, _ := servePieces(t)
	client := http.Client{Timeout: 5 * time.Second}
	for _, how := range []string{"", "&small=1"} {
		for _, around := range []int{2 << 10, 4 << 10, 8 << 10, 32 << 10, 36 << 10, 100 << 10} {
			for size := around - 300; size < around+60; size += 1 + size%3 { // the head takes about 110
				res, err := client.Get(url + "/?size=" + strconv.Itoa(size) + how)
				if err != nil {
					t.Fatalf("%d bytes%s: %v", size, how, err)
				}
				body, err := io.ReadAll(res.Body)
				_ = res.Body.Close()
				if err != nil || len(body) != size {
					t.Fatalf("%d of %d bytes%s: %v", len(body), size, how, err)
				}
			}
		}
	}
}

func TestAnAnswerIsOneWrite(t *testing.T) {
	t.Parallel()
	url, writes := servePieces(t)
	for _, size := range []int{100, 5000, 8 << 10, 20_000} {
		before := writes.Load()
		res, err := http.Get(url + "/?size=" + strconv.Itoa(size))
		if err != nil {
			t.Fatal(err)
		}
		_, err = io.Copy(io.Discard, res.Body)
		_ = res.Body.Close()
		if n := writes.Load() - before; err != nil || n != 1 {
			t.Errorf("%d bytes took %d writes (%v)", size, n, err)
		}
	}
}

// A stranger whose answer just fills buffers, and who doesn't read it, must not hold its connection for as long as it likes.
func TestCloseWaitsForNoReader(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ours, theirs := net.Pipe()
		defer theirs.Close()
		conn := web.InOnePiece(ours)
		if _, err := conn.Write(make([]byte, 4096)); err != nil {
			t.Fatal(err)
		}
		begun := time.Now()
		_ = conn.Close()
		if took := time.Since(begun); took > 10*time.Second {
			t.Errorf("closed after %s", took)
		}
	})
}
