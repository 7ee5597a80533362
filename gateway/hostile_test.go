package gateway_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"crm.example/gateway"
	"crm.example/pkg/web"
)

// TestHostileRequests is the table of what strangers try. It grows.
func TestHostileRequests(t *testing.T) {
	t.Parallel()
	d, u := one(t, nil, nil)
	const host = "Host: crm.example\r\n"
	for name, c := range map[string]struct {
		request string // as on the wire, without the empty line at the end
		status  int
		code    string
	}{
		"escaped slash":           {"GET /v1/user%2f..%2fticket HTTP/1.1\r\n" + host, 400, "malformed-request"},
		"escaped backslash":       {"GET /v1/user/%5c HTTP/1.1\r\n" + host, 400, "malformed-request"},
		"escaped dot":             {"GET /v1/user/%2e%2e/ticket HTTP/1.1\r\n" + host, 400, "malformed-request"},
		"escaped NUL":             {"GET /v1/user/%00 HTTP/1.1\r\n" + host, 400, "malformed-request"},
		"escaped letter":          {"GET /v1/%75ser HTTP/1.1\r\n" + host, 400, "malformed-request"},
		"escaped escape":          {"GET /v1/user/%252e HTTP/1.1\r\n" + host, 400, "malformed-request"},
		"dot dot":                 {"GET /v1/user/../ticket HTTP/1.1\r\n" + host, 400, "malformed-request"},
		"dot":                     {"GET /v1/./user HTTP/1.1\r\n" + host, 400, "malformed-request"},
		"dot dot at the end":      {"GET /v1/user/.. HTTP/1.1\r\n" + host, 400, "malformed-request"},
		"double slash":            {"GET //v1/user HTTP/1.1\r\n" + host, 400, "malformed-request"},
		"double slash inside":     {"GET /v1//user HTTP/1.1\r\n" + host, 400, "malformed-request"},
		"backslash":               {"GET /v1\\user HTTP/1.1\r\n" + host, 400, "malformed-request"},
		"semicolon":               {"GET /v1/user;a=b HTTP/1.1\r\n" + host, 400, "malformed-request"},
		"not ASCII":               {"GET /v1/us\xc3\xa9r HTTP/1.1\r\n" + host, 400, "malformed-request"},
		"not UTF-8":               {"GET /v1/user/\xff HTTP/1.1\r\n" + host, 400, "malformed-request"},
		"fragment":                {"GET /v1/user#a HTTP/1.1\r\n" + host, 400, "malformed-request"},
		"user in target":          {"GET http://a:b@crm.example/v1/user HTTP/1.1\r\n" + host, 400, "malformed-request"},
		"escape in absolute form": {"GET http://crm.example/v1/%75ser HTTP/1.1\r\n" + host, 400, "malformed-request"},

		"semicolon in query":      {"GET /v1/ticket?a=1;b=2 HTTP/1.1\r\n" + host, 400, "unknown-parameter"},
		"broken escape in query":  {"GET /v1/ticket?limit=%zz HTTP/1.1\r\n" + host, 400, "unknown-parameter"},
		"cut-off escape in query": {"GET /v1/ticket?limit=%2 HTTP/1.1\r\n" + host, 400, "unknown-parameter"},
		"raw bytes in query":      {"GET /v1/ticket?a=\xff HTTP/1.1\r\n" + host, 400, "unknown-parameter"},

		"TRACE":           {"TRACE /v1/user HTTP/1.1\r\n" + host, 405, "method-not-allowed"},
		"CONNECT":         {"CONNECT crm.example:443 HTTP/1.1\r\n" + host, 405, "method-not-allowed"},
		"CONNECT a path":  {"CONNECT /v1/user HTTP/1.1\r\n" + host, 405, "method-not-allowed"},
		"unknown method":  {"PROPFIND /v1/user HTTP/1.1\r\n" + host, 405, "method-not-allowed"},
		"small letters":   {"get /v1/user HTTP/1.1\r\n" + host, 405, "method-not-allowed"},
		"own route":       {"POST /healthz HTTP/1.1\r\n" + host, 405, "method-not-allowed"},
		"unknown problem": {"GET /problems/nonsense HTTP/1.1\r\n" + host, 404, "not-found"},

		"two Authorization":                {"GET /v1/user HTTP/1.1\r\n" + host + "Authorization: Bearer a\r\nAuthorization: Bearer b\r\n", 400, "malformed-request"},
		"two Content-Type":                 {"GET /v1/user HTTP/1.1\r\n" + host + "Content-Type: a/b\r\nContent-Type: c/d\r\n", 400, "malformed-request"},
		"two Idempotency-Key":              {"GET /v1/user HTTP/1.1\r\n" + host + "Idempotency-Key: a\r\nidempotency-key: a\r\n", 400, "malformed-request"},
		"bytes in Authorization":           {"GET /v1/user HTTP/1.1\r\n" + host + "Authorization: Bearer \xff\r\n", 400, "malformed-request"},
		"Connection names a header":        {"GET /v1/user HTTP/1.1\r\n" + host + "Connection: close, X-Forwarded-For\r\n", 400, "malformed-request"},
		"WebSocket":                        {"GET /v1/user HTTP/1.1\r\n" + host + "Connection: Upgrade\r\nUpgrade: websocket\r\n", 400, "malformed-request"},
		"gzip body":                        {"POST /v1/user HTTP/1.1\r\n" + host + "Content-Encoding: gzip\r\nContent-Length: 0\r\n", 415, "unsupported-media-type"},
		"host with an underscore and more": {"GET /v1/user HTTP/1.1\r\nHost: a_b$c\r\n", 400, "malformed-request"},
		"host with two ports":              {"GET /v1/user HTTP/1.1\r\nHost: crm.example:1:2\r\n", 400, "malformed-request"},
		"empty host":                       {"GET /v1/user HTTP/1.1\r\nHost:\r\n", 400, "malformed-request"},

		"17 KiB of headers":       {"GET /v1/user HTTP/1.1\r\n" + host + "X-Long: " + strings.Repeat("a", 17<<10) + "\r\n", 431, "headers-too-large"},
		"17 KiB of small headers": {"GET /v1/user HTTP/1.1\r\n" + host + strings.Repeat("A: b\r\n", 3000), 431, "headers-too-large"},
		"17 KiB of path":          {"GET /v1/user/" + strings.Repeat("a", 17<<10) + " HTTP/1.1\r\n" + host, 431, "headers-too-large"},
		"128 KiB and a byte":      {fmt.Sprintf("POST /v1/user HTTP/1.1\r\n%sContent-Length: %d\r\n", host, web.BodyLimit+1), 413, "body-too-large"},
		"a huge length":           {"POST /v1/user HTTP/1.1\r\n" + host + "Content-Length: 9000000000000000000\r\n", 413, "body-too-large"},
	} {
		res, body := raw(t, d, c.request+"\r\n")
		t.Run(name, func(t *testing.T) {
			wantProblem(t, res, body, c.status, c.code)
			if c.status == 405 && res.Header.Get("Allow") == "" {
				t.Error("no Allow")
			}
		})
	}
	if seen := u.requests(); len(seen) > 0 {
		t.Errorf("%d of them reached the service: %s %s", len(seen), seen[0].Method, seen[0].RequestURI)
	}
}

// TestServerRefusesWhatIsNoHTTP is net/http's part: smuggling needs two readers that disagree.
func TestServerRefusesWhatIsNoHTTP(t *testing.T) {
	t.Parallel()
	d, u := one(t, nil, nil)
	for name, request := range map[string]string{
		"two lengths":             "POST /v1/user HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
		"a length with a sign":    "POST /v1/user HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\na",
		"host with a path":        "GET /v1/user HTTP/1.1\r\nHost: crm.example/admin\r\n\r\n",
		"host with a user":        "GET /v1/user HTTP/1.1\r\nHost: a@crm.example\r\n\r\n",
		"two hosts":               "GET /v1/user HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
		"no host":                 "GET /v1/user HTTP/1.1\r\n\r\n",
		"unknown coding":          "POST /v1/user HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
		"coding twice":            "POST /v1/user HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
		"space before the colon":  "GET /v1/user HTTP/1.1\r\nHost: a\r\nAuthorization : b\r\n\r\n",
		"a folded header":         "GET /v1/user HTTP/1.1\r\nHost: a\r\n Authorization: b\r\n\r\n",
		"a broken escape in path": "GET /v1/user/%zz HTTP/1.1\r\nHost: a\r\n\r\n",
		"control in a value":      "GET /v1/user HTTP/1.1\r\nHost: a\r\nUser-Agent: a\x00b\r\n\r\n",
	} {
		res, body := raw(t, d, request)
		if res.StatusCode < 400 || res.StatusCode >= 502 || !res.Close {
			t.Errorf("%s: %d %q, close %v", name, res.StatusCode, body, res.Close)
		}
	}
	if seen := u.requests(); len(seen) > 0 {
		t.Errorf("%d reached the service", len(seen))
	}
}

func TestLengthBesideChunksEndsTheConnection(t *testing.T) {
	t.Parallel()
	d, u := one(t, nil, nil)
	conn, err := net.Dial("tcp", d.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_, _ = io.WriteString(conn, "POST /v1/ticket HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\nGET /v1/user HTTP/1.1\r\nHost: a\r\n\r\n")
	answers := bufio.NewReader(conn)
	if res, _ := readAnswer(t, answers); res.StatusCode != 200 || !res.Close {
		t.Errorf("%d, close %v", res.StatusCode, res.Close)
	}
	if rest, _ := io.ReadAll(answers); len(rest) > 0 {
		t.Errorf("a second answer: %q", rest)
	}
	if got := u.only(t); got.URL.Path != "/v1/ticket" || got.ContentLength != 1 || len(got.TransferEncoding) > 0 || u.bodies[0] != "x" {
		t.Errorf("the service got %s, length %d, %q", got.URL, got.ContentLength, u.bodies[0])
	}
}

func TestBodiesUpToTheLimit(t *testing.T) {
	t.Parallel()
	d, u := one(t, nil, nil)
	whole := strings.Repeat("a", web.BodyLimit)
	for _, chunked := range []bool{false, true} {
		for _, body := range []string{whole, whole + "b", strings.Repeat(whole, 16)} {
			req, _ := http.NewRequest("POST", d.url("/v1/ticket"), strings.NewReader(body))
			if chunked {
				req.Body, req.ContentLength = io.NopCloser(io.MultiReader(strings.NewReader(body))), -1
			}
			res, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatalf("chunked %v, %d bytes: %v", chunked, len(body), err)
			}
			answer, _ := io.ReadAll(res.Body)
			_ = res.Body.Close()
			if len(body) > web.BodyLimit {
				wantProblem(t, res, string(answer), 413, "body-too-large")
			} else if res.StatusCode != 200 {
				t.Errorf("chunked %v: %d %s", chunked, res.StatusCode, answer)
			}
		}
	}
	if seen := u.requests(); len(seen) != 2 || u.bodies[0] != whole || u.bodies[1] != whole {
		t.Errorf("%d bodies reached the service, want the two of 128 KiB", len(seen))
	}
}

func TestChunksWithoutAnEndAreCounted(t *testing.T) {
	t.Parallel()
	d, u := one(t, nil, nil)
	conn, err := net.Dial("tcp", d.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_, _ = io.WriteString(conn, "POST /v1/ticket HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
	for range 5 { // the client says nothing of an end; the fifth one is too much
		_, _ = io.WriteString(conn, "7000\r\n"+strings.Repeat("a", 0x7000)+"\r\n")
	}
	res, body := readAnswer(t, bufio.NewReader(conn))
	wantProblem(t, res, body, 413, "body-too-large")
	if len(u.requests()) > 0 {
		t.Error("it reached the service")
	}
}

func TestSlowBodyIsGivenUp(t *testing.T) {
	t.Parallel()
	d, u := one(t, nil, func(c *gateway.Config) { c.BodyTimeout = 50 * time.Millisecond })
	for name, request := range map[string]string{
		"with a length": "POST /v1/ticket HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc",
		"chunked":       "POST /v1/ticket HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
		"to nowhere":    "POST /nowhere HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc",
	} {
		res, body := raw(t, d, request)
		t.Run(name, func(t *testing.T) { wantProblem(t, res, body, 400, "malformed-request") })
		if !res.Close {
			t.Errorf("%s: the connection stays open", name)
		}
	}
	if len(u.requests()) > 0 {
		t.Error("a part of a body reached the service")
	}
}

func TestSlowBodyDoesNotShortenTheAnswer(t *testing.T) {
	t.Parallel()
	d, _ := one(t, func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-r.Context().Done():
		case <-time.After(600 * time.Millisecond): // longer than a body may take; on a busy machine that is 100 ms and more
		}
		_, _ = io.WriteString(w, "done")
	}, func(c *gateway.Config) { c.BodyTimeout = 500 * time.Millisecond })
	for _, body := range []string{"", "body"} {
		if res, answer := send(t, "POST", d.url("/v1/ticket"), body); res.StatusCode != 200 || answer != "done" {
			t.Errorf("%q: %d %q", body, res.StatusCode, answer)
		}
	}
}

func TestH2CIsIgnored(t *testing.T) {
	t.Parallel()
	d, u := one(t, nil, nil)
	res, _ := raw(t, d, "GET /v1/user HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA\r\n\r\n")
	if h := u.only(t).Header; res.StatusCode != 200 || h.Get("Upgrade") != "" || h.Get("Connection") != "" || h.Get("Http2-Settings") != "" {
		t.Errorf("%d, the service got %v", res.StatusCode, h)
	}
}

func TestTrailersStayHere(t *testing.T) {
	t.Parallel()
	d, u := one(t, nil, nil)
	_, _ = raw(t, d, "POST /v1/ticket HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTrailer: X-Forwarded-For\r\n\r\n1\r\nx\r\n0\r\nX-Forwarded-For: 203.0.113.9\r\n\r\n")
	if got := u.only(t); len(got.Trailer) > 0 || got.Header.Get("Trailer") != "" || got.Header.Get("X-Forwarded-For") != "127.0.0.1" {
		t.Errorf("trailer %v, headers %v", got.Trailer, got.Header)
	}
}
