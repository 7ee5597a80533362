package ticket_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"crm.example/pkg/problem"
)

func TestBadBodies(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	client := s.login("client", "Client One")
	kept := s.open(client)
	object := func(subject, message string) string {
		return fmt.Sprintf(`{"subject": "%s", "message": "%s"}`, subject, message)
	}
	tests := map[string]struct {
		body   string
		want   problem.Code
		fields []string
	}{
		"nothing":          {"", problem.UnsupportedMediaType, nil},
		"not JSON":         {"subject=Printer", problem.MalformedRequest, nil},
		"two documents":    {printer + printer, problem.MalformedRequest, nil},
		"duplicate field":  {`{"message": "1", "message": "2"}`, problem.MalformedRequest, []string{"/message duplicate"}},
		"deep":             {`{"message": ` + strings.Repeat("[", 10_001) + strings.Repeat("]", 10_001) + "}", problem.MalformedRequest, nil},
		"invalid UTF-8":    {object("Printer", "\xff"), problem.MalformedRequest, nil},
		"too large":        {object("Printer", strings.Repeat("x", 1<<20)), problem.BodyTooLarge, nil},
		"an array":         {"[]", problem.InvalidInput, []string{" invalid"}},
		"unknown field":    {`{"message": "Hi", "subject": "Hi", "clientId": "me"}`, problem.InvalidInput, []string{"/clientId unknown"}},
		"operator":         {`{"subject": {"$gt": ""}, "message": "Hi"}`, problem.InvalidInput, []string{"/subject invalid"}},
		"null":             {`{"subject": "Hi", "message": null}`, problem.InvalidInput, []string{"/message invalid"}},
		"long subject":     {object(strings.Repeat("é", 101), "Hi"), problem.InvalidInput, []string{"/subject too-long"}},
		"two lines":        {object(`a\nb`, "Hi"), problem.InvalidInput, []string{"/subject invalid"}},
		"blank message":    {object("Hi", ` \n\t\u200b `), problem.InvalidInput, []string{"/message required"}},
		"long message":     {object("Hi", strings.Repeat("é", 10_001)), problem.InvalidInput, []string{"/message too-long"}},
		"NUL":              {object(`a\u0000b`, "Hi"), problem.InvalidInput, []string{"/subject invalid"}},
		"unknown priority": {`{"subject": "Hi", "message": "Hi", "priority": "asap"}`, problem.InvalidInput, []string{"/priority invalid"}},
		"no priority":      {`{"subject": "Hi", "message": "Hi", "priority": ""}`, problem.InvalidInput, []string{"/priority invalid"}},
		"all at once":      {`{"subject": "", "priority": 1, "x": 1}`, problem.InvalidInput, []string{"/priority invalid", "/x unknown", "/subject required", "/message required"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := s.in(t)
			for _, route := range []string{"POST /v1/ticket", "PUT /v1/ticket/" + kept.ID} {
				method, path, _ := strings.Cut(route, " ")
				fields := s.call(client, method, path, test.body).problem(test.want)
				wanted := test.fields
				if method == "PUT" { // where nothing is required but not to be blank
					wanted = slices.DeleteFunc(slices.Clone(wanted), func(f string) bool { return name == "all at once" && f == "/message required" })
				}
				if !slices.Equal(fields, wanted) {
					t.Errorf("%s: %v, want %v", method, fields, wanted)
				}
			}
		})
	}
	t.Cleanup(func() { // when all of them are done
		if got := s.call(client, "GET", "/v1/ticket/"+kept.ID, "").ticket(http.StatusOK); got.Version != 1 {
			t.Errorf("bad input changed the ticket: %+v", got)
		}
		if page := s.list(client, ""); len(page.Items) != 1 {
			t.Errorf("bad input opened tickets: %d are there", len(page.Items))
		}
	})
}

func TestLongestInputs(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	subject, message := strings.Repeat("🦊", 100), strings.Repeat("🦊", 10_000)
	got := s.call(s.login("client", "Client One"), "POST", "/v1/ticket", fmt.Sprintf(`{"subject": "%s", "message": "%s"}`, subject, message)).ticket(http.StatusCreated)
	if got.Subject != subject || got.Conversation[0].Message != message {
		t.Error("the longest texts came back changed")
	}
}

func TestEmptyEdit(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	client := s.login("client", "Client One")
	path := "/v1/ticket/" + s.open(client).ID
	if fields := s.call(client, "PUT", path, `{}`).problem(problem.InvalidInput); !slices.Equal(fields, []string{" required"}) {
		t.Errorf("fields %v, want the whole body required", fields)
	}
	if got := s.call(client, "PUT", path, `{"subject": "Printer", "priority": "normal"}`).ticket(http.StatusOK); got.Version != 1 {
		t.Errorf("an edit to what is there made version %d", got.Version)
	}
}

func TestBadRequests(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	client := s.login("client", "Client One")
	path := "/v1/ticket/" + s.open(client).ID
	tests := map[string]struct {
		method, path, body string
		headers            []string
		want               problem.Code
	}{
		"media type":          {"POST", "/v1/ticket", printer, []string{"Content-Type", "text/plain"}, problem.UnsupportedMediaType},
		"content coding":      {"POST", "/v1/ticket", printer, []string{"Content-Encoding", "gzip"}, problem.UnsupportedMediaType},
		"key too long":        {"POST", "/v1/ticket", printer, []string{"Idempotency-Key", strings.Repeat("k", 65)}, problem.MalformedRequest},
		"key of other signs":  {"PUT", path, `{"message": "Hi"}`, []string{"Idempotency-Key", "a b"}, problem.MalformedRequest},
		"empty key":           {"PUT", path, `{"message": "Hi"}`, []string{"Idempotency-Key", ""}, problem.MalformedRequest},
		"POST to a ticket":    {"POST", path, printer, nil, problem.MethodNotAllowed},
		"PATCH of a ticket":   {"PATCH", path, printer, nil, problem.MethodNotAllowed},
		"GET of close-ticket": {"GET", strings.Replace(path, "ticket/", "ticket/close-ticket/", 1), "", nil, problem.MethodNotAllowed},
		"PUT of close-ticket": {"PUT", strings.Replace(path, "ticket/", "ticket/close-ticket/", 1), printer, nil, problem.MethodNotAllowed},
		"close-ticket alone":  {"PATCH", "/v1/ticket/close-ticket", "", nil, problem.MethodNotAllowed},
		"below a ticket":      {"GET", path + "/messages", "", nil, problem.NotFound},
		"below close-ticket":  {"PATCH", strings.Replace(path, "ticket/", "ticket/close-ticket/", 1) + "/x", "", nil, problem.NotFound},
		"slash at the end":    {"GET", path + "/", "", nil, problem.NotFound},
		"unknown parameter":   {"GET", "/v1/ticket?page=1", "", nil, problem.UnknownParameter},
		"a post's parameter":  {"POST", "/v1/ticket?priority=high", "", nil, problem.UnknownParameter},
		"repeated parameter":  {"GET", "/v1/ticket?limit=1&limit=1", "", nil, problem.UnknownParameter},
		"unreadable query":    {"GET", "/v1/ticket?limit=%zz", "", nil, problem.UnknownParameter},
		"unknown status":      {"GET", "/v1/ticket?status=new", "", nil, problem.UnknownParameter},
		"empty status":        {"GET", "/v1/ticket?status=", "", nil, problem.UnknownParameter},
		"limit 0":             {"GET", "/v1/ticket?limit=0", "", nil, problem.UnknownParameter},
		"limit 101":           {"GET", "/v1/ticket?limit=101", "", nil, problem.UnknownParameter},
		"limit +1":            {"GET", "/v1/ticket?limit=%2B1", "", nil, problem.UnknownParameter},
		"limit 1e1":           {"GET", "/v1/ticket?limit=1e1", "", nil, problem.UnknownParameter},
		"empty cursor":        {"GET", "/v1/ticket?cursor=", "", nil, problem.InvalidCursor},
		"made-up cursor":      {"GET", "/v1/ticket?cursor=abc", "", nil, problem.InvalidCursor},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := s.in(t)
			got := s.call(client, test.method, test.path, test.body, test.headers...)
			got.problem(test.want)
			if allow := got.header.Get("Allow"); (allow != "") != (test.want == problem.MethodNotAllowed) {
				t.Errorf("Allow %q", allow)
			}
		})
	}
}
