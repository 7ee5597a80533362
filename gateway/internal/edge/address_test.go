package edge_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// A proxy that was forgotten in the settings is told of, once a minute, whatever strangers send.
func TestUntrustedProxyIsToldOf(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		log := &bytes.Buffer{}
		h := guard(func(http.ResponseWriter, *http.Request) {}, log, "10.0.0.0/8")
		ask := func(peer, forwarded string) {
			r := httptest.NewRequest("GET", "/", nil)
			r.RemoteAddr = peer
			if forwarded != "" {
				r.Header.Set("X-Forwarded-For", forwarded)
			}
			h.ServeHTTP(httptest.NewRecorder(), r)
		}
		for range 3 {
			ask("198.51.100.7:1", "203.0.113.9")
		}
		ask("198.51.100.8:1", "")
		ask("10.0.0.1:1", "203.0.113.9")
		if n := strings.Count(log.String(), "GATEWAY_TRUSTED_PROXIES"); n != 1 || !strings.Contains(log.String(), `"peer":"198.51.100.7"`) {
			t.Errorf("told %d times:\n%s", n, log)
		}
		time.Sleep(time.Minute)
		ask("198.51.100.7:1", "203.0.113.9")
		if n := strings.Count(log.String(), "GATEWAY_TRUSTED_PROXIES"); n != 2 {
			t.Errorf("told %d times after a minute", n)
		}
	})
}
