package frontend_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"crm.example/services/frontend"
)

func ask(t *testing.T, method, path string, headers ...string) *http.Response {
	t.Helper()
	s, err := frontend.Open()
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(method, path, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, r)
	return w.Result()
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		method, path, accept string
		status               int
		media                string
	}{
		{"GET", "/", "*/*", 200, "text/html"},
		{"HEAD", "/login", "*/*", 200, "text/html"},
		{"GET", "/tickets/0197f0c4-6a10-7c3b-8e52-91d4a7b06e2f", "*/*", 200, "text/html"},
		{"GET", "/nothing", "text/html", 404, "text/html"},
		{"GET", "/nothing", "*/*", 404, "application/problem+json"},
		{"GET", "/assets/", "*/*", 404, "application/problem+json"},
		{"GET", "/index.html", "*/*", 404, "application/problem+json"},
		{"POST", "/login", "*/*", 405, "application/problem+json"},
		{"GET", "/readyz", "*/*", 200, "application/json"},
	} {
		res := ask(t, row.method, row.path, "Accept", row.accept)
		if media := res.Header.Get("Content-Type"); res.StatusCode != row.status || !strings.HasPrefix(media, row.media) {
			t.Errorf("%s %s: %d %s, want %d %s", row.method, row.path, res.StatusCode, media, row.status, row.media)
		}
	}
}

// A page may load and run what came with it and nothing else; what it loads is kept for good.
func TestPageAndWhatItLoads(t *testing.T) {
	t.Parallel()
	res := ask(t, http.MethodGet, "/")
	policy, page := res.Header.Get("Content-Security-Policy"), string(must(t, res.Body))
	for _, want := range []string{"default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "require-trusted-types-for 'script'"} {
		if !strings.Contains(policy, want) || strings.Contains(policy, "unsafe") {
			t.Errorf("the policy is %s", policy)
		}
	}
	loads := regexp.MustCompile(`(?:src|href)="(/[^"]+)"`).FindAllStringSubmatch(page, -1)
	if len(loads) < 2 {
		t.Fatalf("the page loads %v", loads)
	}
	for _, load := range loads {
		plain, packed := ask(t, http.MethodGet, load[1]), ask(t, http.MethodGet, load[1], "Accept-Encoding", "gzip, br")
		if got := plain.Header.Get("Cache-Control"); got != "public, max-age=31536000, immutable" || plain.StatusCode != 200 {
			t.Errorf("%s: %d %s", load[1], plain.StatusCode, got)
		}
		unpacked, err := gzip.NewReader(packed.Body)
		if err != nil || packed.Header.Get("Content-Encoding") != "gzip" {
			t.Fatalf("%s: %v", load[1], err)
		}
		if string(must(t, unpacked)) != string(must(t, plain.Body)) {
			t.Errorf("%s differs when it is packed", load[1])
		}
	}
}

// What a first visit loads is within its budget.
func TestBudget(t *testing.T) {
	t.Parallel()
	page, sum := string(must(t, ask(t, http.MethodGet, "/").Body)), 0
	for _, load := range regexp.MustCompile(`(?:src|href)="(/[^"]+)"`).FindAllStringSubmatch(page, -1) {
		sum += len(must(t, ask(t, http.MethodGet, load[1], "Accept-Encoding", "gzip").Body))
	}
	if budget := 30 << 10; sum > budget {
		t.Errorf("script and style of the portal are %d bytes packed, want at most %d", sum, budget)
	}
}

func must(t *testing.T, r io.Reader) []byte {
	t.Helper()
	body, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return body
}
