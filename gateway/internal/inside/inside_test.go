package inside_test

import (
	"context"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"crm.example/gateway/internal/inside"
	"crm.example/pkg/web"
)

var handlers = map[string]http.HandlerFunc{
	"nothing": func(http.ResponseWriter, *http.Request) {},
	"echo": func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			panic(err)
		}
		w.Header().Set("Content-Type", "text/plain")
		for _, line := range []string{
			r.Method, r.URL.String(), r.RequestURI, r.Proto, r.Host, string(body), r.Header.Get("Idempotency-Key"), strings.Join(r.Header["X-Many"], "|"),
			strings.Split(r.RemoteAddr, ":")[0],
		} {
			_, _ = io.WriteString(w, line+"\n")
		}
	},
	"created": func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", "/there")
		w.WriteHeader(http.StatusCreated)
		w.Header().Set("Etag", `"too late"`)
		w.WriteHeader(http.StatusTeapot)
	},
	"no content":   func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) },
	"not modified": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotModified) },
	"body that may not be": func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusNoContent)
		if _, err := w.Write([]byte("x")); !errors.Is(err, http.ErrBodyNotAllowed) {
			panic(err)
		}
	},
	"problem": func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", http.StatusNotFound) },
	"length": func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "3")
		_, _ = w.Write([]byte("abc"))
	},
	"long": func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain")
		_, _ = io.WriteString(w, strings.Repeat("long ", 100_000))
	},
	"early hints": func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusEarlyHints)
		_, _ = w.Write(nil)
	},
	"gives up": func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("half"))
		panic(http.ErrAbortHandler)
	},
}

// said is what a client sees of an answer.
type said struct {
	status int
	header http.Header
	body   string
	failed bool
}

func ask(t *testing.T, through http.RoundTripper, url, method, body string) said {
	t.Helper()
	req, err := http.NewRequest(method, url+"/a%2Fb/c?d=e&f", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header["idempotency-key"] = []string{"as package proxy writes it"}
	req.Header["X-Many"] = []string{"1", "2"}
	res, err := through.RoundTrip(req)
	if err != nil {
		return said{failed: true}
	}
	defer res.Body.Close()
	got, err := io.ReadAll(res.Body)
	if err != nil {
		return said{failed: true}
	}
	header := maps.Clone(res.Header)
	for _, name := range []string{"Date", "Content-Type", "Content-Length"} { // the gateway's server says these if nobody does
		header.Del(name)
	}
	return said{res.StatusCode, header, string(got), false}
}

// What comes of a request is what comes of it through a server.
func TestAsThroughAServer(t *testing.T) {
	t.Parallel()
	for name, handler := range handlers {
		server := httptest.NewServer(handler)
		defer server.Close()
		direct := &inside.Transport{Handler: handler, Patience: time.Minute, Lasting: "/stream"}
		for _, method := range []string{"GET", "HEAD", "POST", "DELETE"} {
			body := map[string]string{"POST": "some text"}[method]
			want, got := ask(t, http.DefaultTransport, server.URL, method, body), ask(t, direct, server.URL, method, body)
			if got.status != want.status || got.body != want.body || got.failed != want.failed || !maps.EqualFunc(got.header, want.header, slices.Equal) {
				t.Errorf("%s %s: got %+v, want %+v", method, name, short(got), short(want))
			}
		}
	}
}

func short(s said) said { s.body = s.body[:min(len(s.body), 300)]; return s }

// A handler that heeds its context is told how long it may take, and when its client has left.
func TestPatience(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		waits := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get(web.TimeoutHeader) != "2000" {
				t.Errorf("it is told %q ms", r.Header.Get(web.TimeoutHeader))
			}
			<-r.Context().Done()
			w.WriteHeader(http.StatusServiceUnavailable)
		})
		direct := &inside.Transport{Handler: waits, Patience: 2 * time.Second}
		req := httptest.NewRequest("GET", "http://auth/", nil)
		begun := time.Now()
		if res, err := direct.RoundTrip(req); err == nil || time.Since(begun) != 2*time.Second {
			t.Errorf("got %v, %v after %s", res, err, time.Since(begun))
		}
		ctx, leave := context.WithTimeout(t.Context(), time.Second)
		defer leave()
		if _, err := direct.RoundTrip(req.WithContext(ctx)); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("a client who left: %v", err)
		}
	})
}

type connected struct{ asked *http.Request }

func (c *connected) RoundTrip(req *http.Request) (*http.Response, error) {
	c.asked = req
	return nil, io.EOF
}

func TestStreamGetsAConnection(t *testing.T) {
	t.Parallel()
	c := &connected{}
	direct := &inside.Transport{Connected: c, Lasting: "/stream", Patience: time.Minute}
	if _, err := direct.RoundTrip(httptest.NewRequest("GET", "http://ticket/stream?a=b", nil)); !errors.Is(err, io.EOF) || c.asked == nil {
		t.Errorf("%v, %v", err, c.asked)
	}
}
