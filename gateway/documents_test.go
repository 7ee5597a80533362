package gateway_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"crm.example/pkg/events"
)

// service answers /openapi.json with one route at path.
func service(path string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/openapi.json" {
			_, _ = io.WriteString(w, `{"openapi":"3.1.0","info":{"title":"S","version":"1"},"paths":{"`+path+`":{"get":{"operationId":"op`+
				strings.ReplaceAll(path, "/", "")+`","responses":{"200":{"description":"ok"}}}}}}`)
		}
	}
}

func TestContractIsMergedAndValid(t *testing.T) {
	t.Parallel()
	d := start(t, newUpstream(t, service("/v1/user")).URL, newUpstream(t, service("/v1/ticket")).URL, nil)
	res, body := get(t, d.url("/openapi.json"))
	if res.StatusCode != 200 || res.Header.Get("ETag") == "" {
		t.Fatalf("%d %s", res.StatusCode, body)
	}
	doc, err := openapi3.NewLoader().LoadFromData([]byte(body))
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(t.Context()); err != nil {
		t.Error(err)
	}
	for _, path := range []string{"/healthz", "/readyz", "/openapi.json", "/asyncapi.yaml", "/problems", "/problems/{code}", "/v1/user", "/v1/ticket"} {
		if doc.Paths.Value(path) == nil {
			t.Errorf("%s is missing", path)
		}
		if res, _ := get(t, d.url(strings.ReplaceAll(path, "{code}", "busy"))); res.StatusCode != 200 {
			t.Errorf("%s: %d", path, res.StatusCode)
		}
	}
	if res, _ := get(t, d.url("/openapi.json"), "If-None-Match", res.Header.Get("ETag")); res.StatusCode != 304 {
		t.Errorf("known already: %d", res.StatusCode)
	}
}

func TestContractWithAServiceDown(t *testing.T) {
	t.Parallel()
	up := newUpstream(t, service("/v1/user"))
	down := newUpstream(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) })
	d := start(t, up.URL, down.URL, nil)
	res, body := get(t, d.url("/openapi.json"))
	wantProblem(t, res, body, 503, "unavailable")
}

func TestEventContractIsServed(t *testing.T) {
	t.Parallel()
	down := newUpstream(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) })
	d := start(t, down.URL, down.URL, nil)
	res, body := get(t, d.url("/asyncapi.yaml"))
	if res.StatusCode != 200 || res.Header.Get("Content-Type") != "application/yaml" || body != string(events.AsyncAPI) {
		t.Errorf("%d %s\n%s", res.StatusCode, res.Header, body)
	}
	if res, _ := get(t, d.url("/asyncapi.yaml"), "If-None-Match", res.Header.Get("ETag")); res.StatusCode != 304 {
		t.Errorf("known already: %d", res.StatusCode)
	}
}
