// Package binarytest runs a service's command as a deployment would, for the tests of commands.
package binarytest

import (
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// Serve runs a program until the test ends, on a free port of loopback that it puts into the setting.
func Serve(t *testing.T, setting string, run func(context.Context) error) (base string) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv(setting, ln.Addr().String())
	_ = ln.Close()
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return "http://" + ln.Addr().String()
}

// WantReadiness asks /readyz until it answers so, for as long as a start may take.
func WantReadiness(t *testing.T, base string, status int, says string) {
	t.Helper()
	var last string
	for begun := time.Now(); time.Since(begun) < 20*time.Second; time.Sleep(10 * time.Millisecond) {
		res, err := http.Get(base + "/readyz")
		if err != nil {
			continue
		}
		body, _ := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if last = res.Status + " " + string(body); res.StatusCode == status && strings.Contains(last, says) {
			return
		}
	}
	t.Errorf("/readyz says %s, want %d with %q", last, status, says)
}
