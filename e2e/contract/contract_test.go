package contract_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"

	"crm.example/e2e/contract"
)

const document = `{"openapi": "3.1.0", "info": {"title": "Things", "version": "1"}, "paths": {
  "/things/{id}": {
    "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "string", "format": "uuid"}}],
    "put": {"operationId": "putThing", "security": [{"jwt": []}],
      "requestBody": {"required": true, "content": {"application/json": {"schema": {
        "type": "object", "required": ["name"], "additionalProperties": false, "properties": {"name": {"type": "string", "maxLength": 3}}}}}},
      "responses": {"200": {"description": "Put", "content": {"application/json": {"schema": {
        "type": "object", "required": ["id"], "properties": {"id": {"type": "string", "format": "uuid"}}}}}},
        "404": {"description": "None"}}}}},
  "components": {"securitySchemes": {"jwt": {"type": "http", "scheme": "bearer"}}}}`

const id = "01890a5d-ac96-774b-bcce-b302099a8057"

// server answers with what a test says, and with what every answer must carry.
func server(t *testing.T, status int, media, body string, headers map[string]string) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		h := w.Header()
		for name, value := range map[string]string{
			"X-Request-Id": "r", "X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'",
			"Referrer-Policy": "no-referrer", "Cache-Control": "no-store", "Content-Type": media,
		} {
			h.Set(name, value)
		}
		for name, value := range headers {
			h.Set(name, value)
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(s.Close)
	return s.URL
}

// reports sends a request through the transport and collects what it finds wrong.
func reports(t *testing.T, wrongOnPurpose bool, method, url, token, body string) (found []string) {
	t.Helper()
	c, err := contract.Parse([]byte(document))
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	transport := &contract.Transport{Contract: c, Next: http.DefaultTransport, Report: func(err error) {
		mu.Lock()
		defer mu.Unlock()
		found = append(found, err.Error())
	}}
	ctx := t.Context()
	if wrongOnPurpose {
		ctx = contract.WrongOnPurpose(ctx)
	}
	send(t, ctx, transport, method, url, token, body)
	return found
}

func send(t *testing.T, ctx context.Context, transport http.RoundTripper, method, url, token, body string) {
	t.Helper()
	r, err := http.NewRequestWithContext(ctx, method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	answer, err := transport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	if err := answer.Body.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestAnswersAreHeldAgainstTheContract(t *testing.T) {
	t.Parallel()
	good := `{"id":"` + id + `"}`
	problem := func(status int, code string) string {
		return `{"type":"/problems/` + code + `","code":"` + code + `","title":"T","status":` + strconv.Itoa(status) + `,"instance":"/","requestId":"r"}`
	}
	for name, test := range map[string]struct {
		status      int
		media, body string
		headers     map[string]string
		want        string // in the one report; "" for none
	}{
		"good":                {200, "application/json", good, nil, ""},
		"good problem":        {404, "application/problem+json", problem(404, "not-found"), nil, ""},
		"not a UUID":          {200, "application/json", `{"id":"1"}`, nil, "uuid"},
		"member missing":      {200, "application/json", `{}`, nil, "missing"},
		"other media type":    {200, "text/html", good, nil, "Content-Type"},
		"undocumented status": {201, "application/json", good, nil, "status is not supported"},
		"plain text error":    {404, "text/plain", "not found", nil, "content type of an error"},
		"other status inside": {404, "application/problem+json", problem(400, "not-found"), nil, "status 400"},
		"code and type":       {404, "application/problem+json", strings.Replace(problem(404, "not-found"), "/problems/not-found", "about:blank", 1), nil, "about:blank"},
		"other request id":    {404, "application/problem+json", problem(404, "not-found"), map[string]string{"X-Request-Id": "s"}, "requestId"},
		"no request id":       {200, "application/json", good, map[string]string{"X-Request-Id": ""}, "no X-Request-Id"},
		"sniffing allowed":    {200, "application/json", good, map[string]string{"X-Content-Type-Options": ""}, "X-Content-Type-Options"},
		"cached error":        {404, "application/problem+json", problem(404, "not-found"), map[string]string{"Cache-Control": "public"}, "Cache-Control"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := server(t, test.status, test.media, test.body, test.headers) + "/things/" + id
			wantReport(t, reports(t, false, http.MethodPut, url, "token", `{"name":"a"}`), test.want)
		})
	}
}

func TestRequestsAreHeldAgainstTheContract(t *testing.T) {
	t.Parallel()
	base := server(t, 200, "application/json", `{"id":"`+id+`"}`, nil)
	for name, test := range map[string]struct{ method, path, token, body, want string }{
		"unknown field":  {"PUT", "/things/" + id, "token", `{"name":"a","b":1}`, "meant to be valid"},
		"too long":       {"PUT", "/things/" + id, "token", `{"name":"abcd"}`, "meant to be valid"},
		"no token":       {"PUT", "/things/" + id, "", `{"name":"a"}`, "bearer"},
		"not a UUID":     {"PUT", "/things/1", "token", `{"name":"a"}`, "meant to be valid"},
		"other method":   {"POST", "/things/" + id, "token", `{"name":"a"}`, "no operation"},
		"trailing slash": {"PUT", "/things/" + id + "/", "token", `{"name":"a"}`, "no operation"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wantReport(t, reports(t, false, test.method, base+test.path, test.token, test.body), test.want)
			onPurpose := "" // but what is accepted must be declared
			if name == "unknown field" {
				onPurpose = "does not declare /b"
			}
			wantReport(t, reports(t, true, test.method, base+test.path, test.token, test.body), onPurpose)
		})
	}
}

func wantReport(t *testing.T, found []string, want string) {
	t.Helper()
	if want == "" && len(found) > 0 || want != "" && !strings.Contains(strings.Join(found, "\n"), want) {
		t.Errorf("reported %q, want %q", found, want)
	}
}

func TestUnanswered(t *testing.T) {
	t.Parallel()
	c, err := contract.Parse([]byte(document))
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Unanswered(); len(got) != 1 || got[0] != "PUT /things/{id}" {
		t.Errorf("unanswered before: %q", got)
	}
	url := server(t, 200, "application/json", `{"id":"`+id+`"}`, nil) + "/things/" + id
	send(t, t.Context(), &contract.Transport{Contract: c, Next: http.DefaultTransport, Report: func(err error) { t.Error(err) }}, http.MethodPut, url, "token", `{"name":"a"}`)
	if got := c.Unanswered(); len(got) != 0 {
		t.Errorf("unanswered after: %q", got)
	}
}
