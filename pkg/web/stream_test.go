package web_test

import (
	"bufio"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"testing"
	"time"

	"crm.example/pkg/web"
)

// Over HTTP/2 a stream shares its connection with other requests, and lives on between two pieces for longer than one may take.
func TestStreamOverHTTP2(t *testing.T) {
	t.Parallel()
	const patience = 20 * time.Millisecond
	next := make(chan string)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/other" {
			return
		}
		_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(patience)) // as a server's WriteTimeout does
		stream := web.NewStream(w, r)
		defer stream.Close()
		stream.Hurry(patience)
		stream.Last(func(pieces io.Writer) error {
			for piece := range next {
				if _, err := io.WriteString(pieces, piece); err != nil {
					return err
				}
			}
			return nil
		})
	}))
	server.EnableHTTP2 = true
	server.StartTLS()
	defer server.Close()
	res, err := server.Client().Get(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.ProtoMajor != 2 || res.Header.Get("Connection") != "" {
		t.Errorf("%s with %v", res.Proto, res.Header)
	}
	lines := bufio.NewReader(res.Body)
	for _, piece := range []string{"one\n", "two\n", "three\n"} {
		passed := time.NewTimer(5 * patience) // the deadline that must not be there
		<-passed.C
		next <- piece
		if line, err := lines.ReadString('\n'); err != nil || line != piece {
			t.Fatalf("%q, %v, want %q", line, err, piece)
		}
	}
	wantShared(t, server)
	close(next)
	if _, err := lines.ReadString('\n'); err != io.EOF {
		t.Errorf("it ends with %v", err)
	}
}

// wantShared checks that the connection of what was asked before still takes requests.
func wantShared(t *testing.T, server *httptest.Server) {
	t.Helper()
	shared := false
	trace := &httptrace.ClientTrace{GotConn: func(c httptrace.GotConnInfo) { shared = c.Reused }}
	req, err := http.NewRequestWithContext(httptrace.WithClientTrace(t.Context(), trace), "GET", server.URL+"/other", nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := server.Client().Do(req)
	if err != nil || !shared {
		t.Fatalf("%v, on the same connection: %v", err, shared)
	}
	_ = res.Body.Close()
}
