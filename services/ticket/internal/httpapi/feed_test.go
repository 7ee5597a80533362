package httpapi_test

import (
	"context"
	"iter"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"crm.example/pkg/registry"
	"crm.example/pkg/web"
	"crm.example/services/ticket/internal/httpapi"
	"crm.example/services/ticket/internal/ticket"
)

// askedFeed notes from where it is to resume, and ends at once.
type askedFeed struct{ lastID string }

func (f *askedFeed) Listen(_ context.Context, _ ticket.Actor, _ registry.Token, lastID string) (iter.Seq[[]byte], error) {
	f.lastID = lastID
	return func(yield func([]byte) bool) { yield([]byte(": hello\n\n")) }, nil
}

// TestListen: event-source-polyfill comes back with a parameter in place of the header, and no proxy is to compress.
func TestListen(t *testing.T) {
	t.Parallel()
	for target, c := range map[string]struct {
		header string
		status int
		lastID string
	}{
		"/":                                 {"", 200, ""},
		"/?header":                          {"a-1", 400, ""},
		"/?lastEventId=a-1":                 {"", 200, "a-1"},
		"/?lastEventId=":                    {"", 200, ""},
		"/?lastEventId=a-1&x":               {"", 400, ""},
		"/?lastEventId=a-1&lastEventId=":    {"", 400, ""},
		"/?lastEventId=a-1#newer":           {"a-2", 200, "a-2"},
		"/?lastEventId=a-1&lastEventId=a-1": {"a-2", 400, ""},
	} {
		e, err := web.New(web.Options{Log: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		feed := &askedFeed{}
		e.GET("/", httpapi.Listen(feed))
		server := httptest.NewServer(e)
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+target, nil)
		if err != nil {
			t.Fatal(err)
		}
		if c.header != "" {
			req.Header.Set("Last-Event-ID", c.header)
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		server.Close()
		if res.StatusCode != c.status || feed.lastID != c.lastID {
			t.Errorf("%s, header %q: %d, resumes after %q; want %d, %q", target, c.header, res.StatusCode, feed.lastID, c.status, c.lastID)
		}
		if got := res.Header.Get("Cache-Control"); c.status == 200 && got != "no-store, no-transform" {
			t.Errorf("%s: Cache-Control %q", target, got)
		}
	}
}
