package gateway_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"crm.example/pkg/web"
)

// TestRestartsFailNothing changes the gateway behind one socket while busy clients keep their connections.
func TestRestartsFailNothing(t *testing.T) {
	t.Parallel()
	u := newUpstream(t, nil)
	socket := listen(t, "127.0.0.1:0")
	defer socket.Close()
	end := generation(t, socket, u.URL)

	stopped := make(chan struct{})
	var clients sync.WaitGroup
	var done, failed atomic.Int64
	for range 16 {
		client := &http.Client{Transport: &http.Transport{}}
		clients.Go(func() {
			defer client.CloseIdleConnections()
			for {
				select {
				case <-stopped:
					return
				default:
				}
				if err := post(client, "http://"+socket.Addr().String()+"/v1/ticket"); err != nil {
					failed.Add(1)
					t.Errorf("after %d requests: %v", done.Load(), err)
				}
				done.Add(1)
			}
		})
	}
	for range 5 {
		next := generation(t, socket, u.URL)
		reached := done.Load()
		waitFor(t, func() bool { return done.Load() > reached+100 })
		end()
		end = next
	}
	close(stopped)
	clients.Wait()
	end()
	t.Logf("%d of %d requests failed over 5 restarts", failed.Load(), done.Load())
}

func post(client *http.Client, url string) error {
	res, err := client.Post(url, "application/json", strings.NewReader(`{"subject":"s"}`))
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if body, err := io.ReadAll(res.Body); err != nil || res.StatusCode != http.StatusOK {
		return fmt.Errorf("%d %s: %w", res.StatusCode, body, err)
	}
	return nil
}

// generation starts a gateway on a copy of the socket; what it gives back drains it.
func generation(t *testing.T, socket net.Listener, service string) (end func()) {
	t.Helper()
	file, err := socket.(*net.TCPListener).File()
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	ln, err := net.FileListener(file)
	if err != nil {
		t.Fatal(err)
	}
	g, _ := open(t, service, service, nil)
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- web.Serve(ctx, ln, g.Handler(), patient) }()
	return func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("drain: %v", err)
		}
		_ = g.Close()
	}
}
