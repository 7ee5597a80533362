package e2e_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"crm.example/e2e/crm"
)

// raw is what net/http's client refuses to send. It gets one of the statuses, or, with 0 among them, a
// connection that is closed without an answer.
type raw struct {
	name     string
	text     string // {host}, {token} and {ticket} are filled in
	statuses []int
	code     string // "": net/http itself may answer, in plain text
}

const login = `{"email":"client@example.com","password":"not the password"}`

func rawRows() []raw {
	get := "GET /v1/user HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n"
	put := "PUT /v1/ticket/{ticket} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n"
	body := `{"message":"smuggled"}`
	length := fmt.Sprintf("Content-Length: %d\r\n", len(body))
	refused := []int{http.StatusBadRequest, 0}
	return []raw{
		{"no Host", "GET /v1/user HTTP/1.1\r\n\r\n", refused, ""},
		{"two Hosts", "GET /v1/user HTTP/1.1\r\nHost: {host}\r\nHost: example.com\r\n\r\n", refused, ""},
		{"Host with a path", "GET /v1/user HTTP/1.1\r\nHost: example.com/admin\r\n\r\n", refused, ""},
		{"garbage", "\x00\x01\x02\x03\xff\xfe\r\n\r\n", refused, ""},
		{"a TLS hello", "\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03\r\n\r\n", refused, ""},
		{"HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", []int{http.StatusBadRequest, http.StatusMethodNotAllowed, http.StatusHTTPVersionNotSupported, 0}, ""},
		{"HTTP/9.9", "GET /v1/user HTTP/9.9\r\nHost: {host}\r\n\r\n", []int{http.StatusBadRequest, http.StatusHTTPVersionNotSupported, 0}, ""},
		{"no version", "GET /v1/user\r\n\r\n", refused, ""},
		{"space in the path", "GET /v1/user ?a=b HTTP/1.1\r\nHost: {host}\r\n\r\n", refused, ""},
		{"space before the colon", get + "X-Test : a\r\n\r\n", refused, ""},
		{"header without a colon", get + "X-Test\r\n\r\n", refused, ""},
		{"NUL in a header", get + "X-Test: a\x00b\r\n\r\n", refused, ""},
		{"lone CR in a header", get + "X-Test: a\rX-Other: b\r\n\r\n", refused, ""},
		{"header of 20 KiB", get + "X-Test: " + strings.Repeat("a", 20<<10) + "\r\n\r\n", []int{http.StatusRequestHeaderFieldsTooLarge}, "headers-too-large"},
		{"2,000 headers", get + strings.Repeat("X-Test: abcd\r\n", 2000) + "\r\n", []int{http.StatusRequestHeaderFieldsTooLarge}, "headers-too-large"},
		{"path of 20 KiB", "GET /" + strings.Repeat("a", 20<<10) + " HTTP/1.1\r\nHost: {host}\r\n\r\n", []int{http.StatusRequestHeaderFieldsTooLarge}, "headers-too-large"},
		{"header of 2 MiB", get + "X-Test: " + strings.Repeat("a", 2<<20) + "\r\n\r\n", []int{http.StatusRequestHeaderFieldsTooLarge, 0}, ""},
		{"CONNECT", "CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n", []int{http.StatusMethodNotAllowed, http.StatusBadRequest}, "*"},
		{"asterisk", "OPTIONS * HTTP/1.1\r\nHost: {host}\r\n\r\n", []int{http.StatusNoContent}, "*"},
		{"asterisk of GET", "GET * HTTP/1.1\r\nHost: {host}\r\n\r\n", []int{http.StatusBadRequest}, "malformed-request"},
		{"user in the URL", "GET http://a:b@{host}/v1/user HTTP/1.1\r\nHost: {host}\r\n\r\n", []int{http.StatusBadRequest}, "malformed-request"},
		{"Connection names a header", get + "Connection: Authorization\r\n\r\n", []int{http.StatusBadRequest}, "malformed-request"},
		{"two lengths", put + length + "Content-Length: 5\r\n\r\n" + body, refused, ""},
		{"negative length", put + "Content-Length: -1\r\n\r\n" + body, refused, ""},
		{"huge length", put + "Content-Length: 99999999999999999999\r\n\r\n" + body, refused, ""},
		{"1 TiB announced", put + "Content-Length: 1099511627776\r\n\r\n" + body, []int{http.StatusRequestEntityTooLarge}, "body-too-large"},
		{"length and a bad chunk", put + "Transfer-Encoding: chunked\r\n" + length + "\r\n" + body, []int{http.StatusBadRequest}, "malformed-request"},
		{"unknown transfer coding", put + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", []int{http.StatusBadRequest, http.StatusNotImplemented, 0}, ""},
		{"chunk of a bad size", put + "Transfer-Encoding: chunked\r\n\r\nZZ\r\n" + body + "\r\n0\r\n\r\n", []int{http.StatusBadRequest}, "malformed-request"},
		{"chunk of a huge size", put + "Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n" + body + "\r\n0\r\n\r\n", []int{http.StatusBadRequest}, "malformed-request"},
		{"chunks of 1 MiB", put + "Transfer-Encoding: chunked\r\n\r\n100000\r\n" + strings.Repeat(" ", 1<<20) + "\r\n0\r\n\r\n", []int{http.StatusRequestEntityTooLarge}, "body-too-large"},
		{"body cut off", put + "Content-Length: 1000\r\n\r\n" + body, []int{http.StatusBadRequest, 0}, ""},
		{"Upgrade", get + "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\r\n", []int{http.StatusBadRequest, http.StatusUpgradeRequired, http.StatusOK}, "*"},
		{"Expect that nobody knows", put + "Expect: 200-maybe\r\n" + length + "\r\n" + body, []int{http.StatusExpectationFailed}, ""},
		{"method override", "POST /v1/ticket/{ticket} HTTP/1.1\r\nHost: {host}\r\nX-HTTP-Method-Override: DELETE\r\nAuthorization: Bearer {token}\r\n\r\n", []int{http.StatusMethodNotAllowed}, "method-not-allowed"},
		{"original URL", "GET /nowhere HTTP/1.1\r\nHost: {host}\r\nX-Original-Url: /v1/user\r\nX-Rewrite-Url: /v1/user\r\nAuthorization: Bearer {token}\r\n\r\n", []int{http.StatusNotFound}, "not-found"},
		{"who one wants to be", "GET /v1/user HTTP/1.1\r\nHost: {host}\r\nX-User-Id: {user}\r\nX_User_Id: {user}\r\nX-Role: agent\r\n\r\n", []int{http.StatusForbidden}, "token-missing"},
		{"login over HTTP/1.0 without a length", "POST /v1/user/login HTTP/1.0\r\nContent-Type: application/json\r\n\r\n" + login, []int{http.StatusBadRequest}, "malformed-request"},
	}
}

// What only a program that speaks TCP sends is refused as well, and nothing of it gets through to a service.
func TestBadBytes(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	base, err := url.Parse(deployment.BaseURL)
	if err != nil {
		t.Fatal(err)
	}
	if base.Scheme != "http" {
		t.Log("the deployment speaks TLS: its bytes are another server's business")
		return
	}
	fill := strings.NewReplacer("{host}", base.Host, "{token}", s.client.Tokens.AccessJWT, "{ticket}", s.ticket.ID, "{user}", s.client.User.ID)
	before := s.state()
	for _, row := range rawRows() {
		t.Run(row.name, func(t *testing.T) {
			status, body := exchange(t, base.Host, fill.Replace(row.text))
			row.check(t, status, body)
			if after := s.state(); after != before {
				t.Errorf("something was stored:\n%s\nbefore:\n%s", after, before)
			}
		})
	}
}

// patient is how long exchange waits for an answer before it says that no more will come. Said at once it would be
// a client that leaves: the server may then end what it does for it.
const patient = 2 * time.Second

// exchange sends bytes and reads one answer; status 0 if there is none.
func exchange(t *testing.T, host, text string) (status int, body string) {
	t.Helper()
	conn, err := net.Dial("tcp", host)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(15 * time.Second))
	go func() { _, _ = io.WriteString(conn, text) }() // a server may refuse before it has read all
	defer time.AfterFunc(patient, func() { _ = conn.(*net.TCPConn).CloseWrite() }).Stop()
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	var timeout net.Error
	if errors.As(err, &timeout) && timeout.Timeout() {
		t.Fatal("no answer, and the connection stays open")
	}
	if err != nil {
		return 0, ""
	}
	defer answer.Body.Close()
	read, _ := io.ReadAll(answer.Body)
	return answer.StatusCode, string(read)
}

func (row raw) check(t *testing.T, status int, body string) {
	t.Helper()
	for _, want := range row.statuses {
		if status == want && (row.code == "" || row.code == "*" || strings.Contains(body, `"code":"`+row.code+`"`)) {
			return
		}
	}
	t.Errorf("status %d, want one of %v with the code %q\n%s", status, row.statuses, row.code, body)
}

// One request inside another's body is data and never a request (RFC 9112, section 11.2).
func TestNoSmuggling(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	base, err := url.Parse(deployment.BaseURL)
	if err != nil || base.Scheme != "http" {
		t.Log("not a plain HTTP deployment")
		return
	}
	hidden := "DELETE /v1/ticket/" + s.ticket.ID + " HTTP/1.1\r\nHost: " + base.Host + "\r\nAuthorization: Bearer " + s.client.Tokens.AccessJWT + "\r\n\r\n"
	head := "POST /v1/user/login HTTP/1.1\r\nHost: " + base.Host + "\r\nContent-Type: application/json\r\n"
	for name, text := range map[string]string{
		"length and chunks": head + fmt.Sprintf("Content-Length: %d\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n%s", len(hidden)+5, hidden),
		"in the length":     head + fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(hidden), hidden),
		"coding disguised":  head + fmt.Sprintf("Content-Length: %d\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n%s", len(hidden)+5, hidden),
	} {
		t.Run(name, func(t *testing.T) {
			exchange(t, base.Host, text)
			crm.New(t, deployment).With(s.client.Tokens.AccessJWT).Get("/v1/ticket/" + s.ticket.ID).Want(http.StatusOK)
		})
	}
}
