package web_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"testing"

	"crm.example/pkg/web"
)

// lagging is a listener whose process is too busy to accept what has been connected, until it is told to end.
type lagging struct {
	*net.TCPListener
	proceed chan struct{}
}

func (l lagging) Accept() (net.Conn, error) {
	<-l.proceed
	return l.TCPListener.Accept()
}

// TestConnectionsThatWaitAreAnswered: whoever was connected before the port closed gets an answer.
func TestConnectionsThatWaitAreAnswered(t *testing.T) {
	t.Parallel()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	slow := lagging{ln.(*net.TCPListener), make(chan struct{})}
	ctx, end := context.WithCancel(context.Background())
	served := make(chan error, 1)
	hello := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "hello") })
	go func() { served <- web.Serve(ctx, slow, hello, web.Drain{}) }()
	var waiting []net.Conn
	for range 20 {
		conn, err := net.Dial("tcp", ln.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		waiting = append(waiting, conn)
	}
	end()
	close(slow.proceed)
	for _, conn := range waiting {
		if _, err := io.WriteString(conn, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		if answer, err := io.ReadAll(conn); err != nil || len(answer) == 0 {
			t.Errorf("answered %q, %v", answer, err)
		}
	}
	if err := <-served; err != nil {
		t.Error(err)
	}
}
