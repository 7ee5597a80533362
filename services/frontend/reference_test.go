package frontend_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// The reference loads what is beside it and nothing else, packed or not.
func TestReference(t *testing.T) {
	t.Parallel()
	res := ask(t, http.MethodGet, "/docs")
	page, policy := string(must(t, res.Body)), res.Header.Get("Content-Security-Policy")
	if !strings.Contains(policy, "connect-src 'self'") || strings.Contains(policy, "http") || strings.Contains(policy, "script-src 'self' ") {
		t.Errorf("the policy is %s", policy)
	}
	loads := regexp.MustCompile(`src="(/docs/[^"]+)"`).FindAllStringSubmatch(page, -1)
	if len(loads) != 2 {
		t.Fatalf("the page loads %v", loads)
	}
	for _, load := range loads {
		plain, packed := ask(t, http.MethodGet, load[1]), ask(t, http.MethodGet, load[1], "Accept-Encoding", "gzip")
		unpacked, err := gzip.NewReader(packed.Body)
		if err != nil {
			t.Fatalf("%s: %v", load[1], err)
		}
		same, err := io.ReadAll(unpacked)
		if body := must(t, plain.Body); err != nil || !bytes.Equal(body, same) || len(body) < 200 || plain.Header.Get("Content-Encoding") != "" {
			t.Errorf("%s: %d bytes, %d unpacked, %v", load[1], len(body), len(same), err)
		}
	}
	if res := ask(t, http.MethodGet, "/docs/else"); res.StatusCode != http.StatusNotFound {
		t.Errorf("/docs/else answers %d", res.StatusCode)
	}
}

// The first page tells programs where the contract is (RFC 8631).
func TestServiceLinks(t *testing.T) {
	t.Parallel()
	if link := ask(t, http.MethodGet, "/").Header.Get("Link"); !strings.Contains(link, `</openapi.json>; rel="service-desc"`) || !strings.Contains(link, `</docs>; rel="service-doc"`) {
		t.Errorf("Link: %s", link)
	}
}
