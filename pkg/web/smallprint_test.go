package web_test

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"crm.example/pkg/web"
)

// ask sends a request without a network.
func ask(h http.Handler, method, path, body string, headers ...string) *httptest.ResponseRecorder {
	req := httptest.NewRequest(method, path, strings.NewReader(body))
	for i := 0; i < len(headers); i += 2 {
		req.Header.Add(headers[i], headers[i+1])
	}
	res := httptest.NewRecorder()
	h.ServeHTTP(res, req)
	return res
}

// TestHeadIsGetWithoutABody: the same status and headers on every GET route, and not one byte after them.
func TestHeadIsGetWithoutABody(t *testing.T) {
	t.Parallel()
	e := newEcho(t, io.Discard)
	web.Health(e, func(context.Context) error { return nil })
	if err := web.Contract(e, []byte("openapi: 3.1.0")); err != nil {
		t.Fatal(err)
	}
	e.GET("/stream", func(c echo.Context) error {
		stream := web.NewStream(c.Response(), c.Request())
		defer stream.Close()
		stream.Last(func(w io.Writer) error {
			if c.Request().Method == http.MethodHead {
				t.Error("HEAD streamed")
			}
			_, err := io.WriteString(w, "data: 1\n\n")
			return err
		})
		return nil
	})
	url := served(t, e)
	for _, path := range []string{"/healthz", "/readyz", "/openapi.json", "/client", "/stream", "/driver", "/nowhere", "/id/1"} {
		get, head := answerTo(t, http.MethodGet, url+path), answerTo(t, http.MethodHead, url+path)
		for _, name := range []string{"Content-Type", "Cache-Control"} {
			if get.Header.Get(name) != head.Header.Get(name) {
				t.Errorf("HEAD %s: %s is %q, want %q", path, name, head.Header.Get(name), get.Header.Get(name))
			}
		}
		if head.StatusCode != get.StatusCode {
			t.Errorf("HEAD %s answers %d, GET %d", path, head.StatusCode, get.StatusCode)
		}
	}
}

// served serves h on a port, and returns its base URL.
func served(t *testing.T, h http.Handler) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- web.Serve(ctx, ln, h, web.Drain{}) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return "http://" + ln.Addr().String()
}

// answerTo is one whose body has been read.
func answerTo(t *testing.T, method, url string) *http.Response {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if _, err := io.Copy(io.Discard, res.Body); err != nil {
		t.Errorf("%s %s: %v", method, url, err)
	}
	return res
}

func TestIdempotencyKeys(t *testing.T) {
	t.Parallel()
	e := newEcho(t, io.Discard)
	long := strings.Repeat("k", 64)
	for sent, want := range map[string]string{"a-B_9": "a-B_9", `"a-B_9"`: "a-B_9", `"` + long + `"`: long, `"` + long + `k"`: "", `"`: "", `""`: "", "": "", `"a`: "", `a"`: "", `'a'`: "", `"a";x=1`: "", `""a""`: "", "a b": ""} {
		res := ask(e, "GET", "/key", "", "Idempotency-Key", sent)
		if want == "" && res.Code != http.StatusBadRequest || want != "" && strings.TrimSpace(res.Body.String()) != `"`+want+`"` {
			t.Errorf("Idempotency-Key: %s answers %d %s", sent, res.Code, res.Body)
		}
	}
	if res := ask(e, "GET", "/key", "", "Idempotency-Key", "a", "Idempotency-Key", "a"); res.Code != http.StatusBadRequest {
		t.Errorf("two keys answer %d", res.Code)
	}
}

func TestBodiesThatSayNothingAreLetThrough(t *testing.T) {
	t.Parallel()
	e := newEcho(t, io.Discard)
	for _, body := range []string{"", "{}", " {}\n"} {
		if res := ask(e, "PATCH", "/bare", body); res.Code != http.StatusNoContent {
			t.Errorf("%q answers %d", body, res.Code)
		}
	}
}

func TestAccessLogNamesTheUser(t *testing.T) {
	t.Parallel()
	var log strings.Builder
	e, err := web.New(web.Options{Log: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	if err != nil {
		t.Fatal(err)
	}
	e.GET("/mine", func(c echo.Context) error { web.NoteUser(c, "u-1"); return c.NoContent(http.StatusNoContent) })
	e.GET("/anybody", func(c echo.Context) error { return c.NoContent(http.StatusNoContent) })
	ask(e, "GET", "/mine", "")
	ask(e, "GET", "/anybody", "")
	if lines := strings.Split(log.String(), "\n"); !strings.Contains(lines[0], "user=u-1") || strings.Contains(lines[1], "user=") {
		t.Errorf("logged %q", lines)
	}
}
