package memlisten_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"testing"

	"golang.org/x/net/nettest"

	"crm.example/deploy/standalone/internal/memlisten"
)

func TestConnsBehaveAsTheStandardLibraryWants(t *testing.T) {
	t.Parallel()
	nettest.TestConn(t, func() (near, far net.Conn, stop func(), err error) {
		var n memlisten.Network
		ln := n.Listen("auth")
		accepted := make(chan net.Conn)
		go func() { c, _ := ln.Accept(); accepted <- c }()
		if near, err = n.DialContext(context.Background(), "tcp", "auth:80"); err != nil {
			return nil, nil, nil, err
		}
		far = <-accepted
		return near, far, func() { _ = near.Close(); _ = far.Close() }, nil
	})
}

func TestHTTPOverIt(t *testing.T) {
	t.Parallel()
	var n memlisten.Network
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, _ := net.SplitHostPort(r.RemoteAddr)
		body, _ := io.ReadAll(r.Body)
		_, _ = io.WriteString(w, host+" "+string(body))
	})}
	ln := n.Listen("ticket")
	go func() { _ = server.Serve(ln) }()
	t.Cleanup(func() { _ = server.Close() })
	client := &http.Client{Transport: &http.Transport{DialContext: n.DialContext}}
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			res, err := client.Post("http://ticket/x", "text/plain", strings.NewReader(strings.Repeat("a", 100_000)))
			if err != nil {
				t.Error(err)
				return
			}
			defer res.Body.Close()
			body, err := io.ReadAll(res.Body)
			if err != nil || len(body) != len("127.0.0.1 ")+100_000 {
				t.Errorf("%d bytes, %v", len(body), err)
			}
		})
	}
	wg.Wait()
}

func TestDialRefusals(t *testing.T) {
	t.Parallel()
	var n memlisten.Network
	if _, err := n.DialContext(t.Context(), "tcp", "nobody:80"); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("nobody there: %v", err)
	}
	ln := n.Listen("auth")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := n.DialContext(ctx, "tcp", "auth:80"); !errors.Is(err, context.Canceled) {
		t.Errorf("nobody accepts: %v", err)
	}
	_ = ln.Close()
	if _, err := n.DialContext(t.Context(), "tcp", "auth:80"); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("closed: %v", err)
	}
	if _, err := ln.Accept(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("accept on closed: %v", err)
	}
}
