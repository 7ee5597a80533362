// Package runnertest runs a service's command as a deployment would, for the tests of commands.
package runnertest

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"crm.example/pkg/testenv"
)

// Serve runs a program until the test ends, on a free port of loopback that it puts into the setting.
func Serve(t *testing.T, setting string, run func(context.Context) error) (base string) {
	t.Helper()
	address := testenv.FreeAddress(t)
	t.Setenv(setting, address)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return "http://" + address
}

// Eventually asks until the answer has the status with the text in it.
func Eventually(t *testing.T, within time.Duration, url string, status int, text string) {
	t.Helper()
	var last string
	for begun := time.Now(); time.Since(begun) < within; time.Sleep(5 * time.Millisecond) {
		res, err := http.Get(url)
		if err != nil {
			continue
		}
		body, _ := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if last = res.Status + " " + string(body); res.StatusCode == status && strings.Contains(last, text) {
			return
		}
	}
	t.Fatalf("%s: last %s, want %d with %q", url, last, status, text)
}
