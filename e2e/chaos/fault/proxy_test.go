package fault_test

import (
	"bufio"
	"errors"
	"io"
	"net"
	"syscall"
	"testing"
	"time"

	"crm.example/e2e/chaos/fault"
)

// echoed is a proxy before a server that says again what it is told.
func echoed(t *testing.T) *fault.Proxy {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = ln.Close() })
	go func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			go func() { _, _ = io.Copy(conn, conn); _ = conn.Close() }()
		}
	}()
	p, err := fault.New(ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close() })
	return p
}

func dial(t *testing.T, p *fault.Proxy) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", p.Addr())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// say sends a line and waits for it to come back.
func say(conn net.Conn, line string, patience time.Duration) error {
	_ = conn.SetDeadline(time.Now().Add(patience))
	if _, err := io.WriteString(conn, line+"\n"); err != nil {
		return err
	}
	back, err := bufio.NewReader(conn).ReadString('\n')
	if err == nil && back != line+"\n" {
		return errors.New("came back as " + back)
	}
	return err
}

func set(t *testing.T, p *fault.Proxy, kind fault.Kind) {
	t.Helper()
	if err := p.Set(kind); err != nil {
		t.Fatal(err)
	}
}

func want(t *testing.T, what string, ok bool) {
	t.Helper()
	if !ok {
		t.Error(what)
	}
}

func TestDownRefusesAndComesBackOnItsPort(t *testing.T) {
	t.Parallel()
	p := echoed(t)
	old := dial(t, p)
	want(t, "nothing comes through", say(old, "a", 10*time.Second) == nil)
	set(t, p, fault.Down)
	want(t, "an old connection goes on", say(old, "b", 10*time.Second) != nil)
	_, err := net.Dial("tcp", p.Addr())
	want(t, "a new connection is not refused", errors.Is(err, syscall.ECONNREFUSED))
	set(t, p, fault.None)
	want(t, "it does not come back", say(dial(t, p), "c", 10*time.Second) == nil)
}

func TestHoleHoldsEverythingBack(t *testing.T) {
	t.Parallel()
	p := echoed(t)
	old := dial(t, p)
	want(t, "nothing comes through", say(old, "a", 10*time.Second) == nil)
	set(t, p, fault.Hole)
	for _, conn := range []net.Conn{old, dial(t, p)} {
		err := say(conn, "b", 50*time.Millisecond)
		want(t, "something comes through", errors.Is(err, syscall.ETIMEDOUT) || isTimeout(err))
	}
	want(t, "two connections are not counted", p.Open() == 2 && p.Most() == 2)
	left := dial(t, p)
	_ = left.Close()
	for begun := time.Now(); p.Open() != 2 && time.Since(begun) < 10*time.Second; time.Sleep(time.Millisecond) {
	}
	want(t, "one that its client has closed is counted", p.Open() == 2)
	set(t, p, fault.None)
	_ = old.SetDeadline(time.Now().Add(10 * time.Second))
	back, err := bufio.NewReader(old).ReadString('\n')
	want(t, "what was held back is lost", back == "b\n" && err == nil)
}

func TestMuteHoldsOnlyAnswersBack(t *testing.T) {
	t.Parallel()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	p, err := fault.New(ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	set(t, p, fault.Mute)
	client := dial(t, p)
	want(t, "the server's own word comes through", isTimeout(say(client, "a", 50*time.Millisecond)))
	server, err := ln.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	_ = server.SetDeadline(time.Now().Add(10 * time.Second))
	heard, err := bufio.NewReader(server).ReadString('\n')
	want(t, "what is asked does not arrive", heard == "a\n" && err == nil)
}

func isTimeout(err error) bool {
	var timeout net.Error
	return errors.As(err, &timeout) && timeout.Timeout()
}

func TestSlowIsLate(t *testing.T) {
	t.Parallel()
	p := echoed(t)
	conn := dial(t, p)
	set(t, p, fault.Slow)
	begun := time.Now()
	want(t, "nothing comes through", say(conn, "a", 30*time.Second) == nil)
	want(t, "it comes too soon", time.Since(begun) >= 2*time.Second)
	want(t, "it is not on its way", isTimeout(say(conn, "b", 50*time.Millisecond)))
	set(t, p, fault.None)
	_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
	back, err := bufio.NewReader(conn).ReadString('\n')
	want(t, "what was late is lost", back == "b\n" && err == nil)
}

func TestResetResets(t *testing.T) {
	t.Parallel()
	p := echoed(t)
	old := dial(t, p)
	want(t, "nothing comes through", say(old, "a", 10*time.Second) == nil)
	set(t, p, fault.Reset)
	want(t, "an old connection is not reset", broken(say(old, "b", 10*time.Second)))
	fresh, err := net.Dial("tcp", p.Addr())
	want(t, "a new connection is not reset", broken(err) || broken(say(fresh, "c", 10*time.Second)))
	set(t, p, fault.None)
	want(t, "it does not come back", say(dial(t, p), "d", 10*time.Second) == nil)
	for begun := time.Now(); p.Open() != 1 && time.Since(begun) < 10*time.Second; time.Sleep(time.Millisecond) {
	}
	want(t, "connections that ended are counted", p.Open() == 1)
}

func broken(err error) bool {
	return errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)
}
