package httpapi_test

import (
	"net/http"
	"strings"
	"testing"

	"crm.example/pkg/problem"
	"crm.example/services/auth/internal/authtest"
)

// What strangers send gets a clear 4xx, and nothing is stored.
func TestBadInput(t *testing.T) {
	t.Parallel()
	s := authtest.Start(t)
	const fine = `"name":"Client One","email":"client@example.com","password":"nine lives of a grey cat"`
	with := func(field, value string) string {
		return strings.NewReplacer(map[string][]string{
			"name": {`"name":"Client One"`, `"name":` + value}, "email": {`"email":"client@example.com"`, `"email":` + value},
			"password": {`"password":"nine lives of a grey cat"`, `"password":` + value},
		}[field]...).Replace("{" + fine + "}")
	}
	text := func(n int) string { return `"` + strings.Repeat("x", n) + `"` }
	for name, tc := range map[string]struct {
		body    string
		code    problem.Code
		pointer string
		fault   problem.FieldCode
	}{
		"nothing":            {"", problem.MalformedRequest, "", ""},
		"not JSON":           {"name=Client", problem.MalformedRequest, "", ""},
		"two documents":      {"{" + fine + "}{}", problem.MalformedRequest, "", ""},
		"a comma too many":   {"{" + fine + ",}", problem.MalformedRequest, "", ""},
		"an array":           {"[]", problem.InvalidInput, "", problem.Invalid},
		"null":               {"null", problem.InvalidInput, "", problem.Invalid},
		"duplicate field":    {"{" + fine + `,"name":"Client Two"}`, problem.MalformedRequest, "/name", problem.Duplicate},
		"unknown field":      {"{" + fine + `,"role":"agent"}`, problem.InvalidInput, "/role", problem.Unknown},
		"other case":         {"{" + fine + `,"Company":"x"}`, problem.InvalidInput, "/Company", problem.Unknown},
		"operator":           {with("email", `{"$gt":""}`), problem.InvalidInput, "/email", problem.Invalid},
		"number":             {with("name", `7`), problem.InvalidInput, "/name", problem.Invalid},
		"null name":          {with("name", `null`), problem.InvalidInput, "/name", problem.Invalid},
		"deep":               {strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000), problem.InvalidInput, "", problem.Invalid},
		"deeper":             {strings.Repeat(`{"a":`, 10_001) + "1" + strings.Repeat("}", 10_001), problem.MalformedRequest, "", ""},
		"deep in a field":    {with("name", strings.Repeat(`{"a":`, 9_000)+"1"+strings.Repeat("}", 9_000)), problem.InvalidInput, "/name", problem.Invalid},
		"invalid UTF-8":      {with("name", "\"\xff\""), problem.MalformedRequest, "", ""},
		"lone surrogate":     {with("name", `"\ud800"`), problem.MalformedRequest, "", ""},
		"NUL in name":        {with("name", `"a\u0000b"`), problem.InvalidInput, "/name", problem.Invalid},
		"NUL in password":    {with("password", `"nine lives\u0000of"`), problem.InvalidInput, "/password", problem.Invalid},
		"CR LF in email":     {with("email", `"client@example.com\r\nBcc: other@example.com"`), problem.InvalidInput, "/email", problem.Invalid},
		"display name":       {with("email", `"Client <client@example.com>"`), problem.InvalidInput, "/email", problem.Invalid},
		"two addresses":      {with("email", `"client@example.com,other@example.com"`), problem.InvalidInput, "/email", problem.Invalid},
		"no domain":          {with("email", `"client"`), problem.InvalidInput, "/email", problem.Invalid},
		"255-character mail": {with("email", `"`+strings.Repeat("x", 243)+`@example.com"`), problem.InvalidInput, "/email", problem.TooLong},
		"empty name":         {with("name", `""`), problem.InvalidInput, "/name", problem.Required},
		"white name":         {with("name", `" \u00a0\u3000"`), problem.InvalidInput, "/name", problem.Required},
		"101-character name": {with("name", text(101)), problem.InvalidInput, "/name", problem.TooLong},
		"7-byte password":    {with("password", text(7)), problem.InvalidInput, "/password", problem.TooShort},
		"73-byte password":   {with("password", text(73)), problem.InvalidInput, "/password", problem.TooLong},
		"73 bytes of 2":      {with("password", `"`+strings.Repeat("é", 37)+`"`), problem.InvalidInput, "/password", problem.TooLong},
	} {
		t.Run(name, func(t *testing.T) {
			p := s.Do(http.MethodPost, "/v1/user", tc.body).Refused(t, tc.code)
			if tc.fault == "" && len(p.Errors) == 0 {
				return
			}
			if len(p.Errors) != 1 || p.Errors[0].Pointer != tc.pointer || p.Errors[0].Code != tc.fault {
				t.Errorf("got %+v", p.Errors)
			}
		})
	}
	login(s, "client@example.com", authtest.Password).Refused(t, problem.WrongCredentials)
	s.SignUp(t, "client@example.com")
}

func TestBadRequests(t *testing.T) {
	t.Parallel()
	s := authtest.Start(t)
	for name, tc := range map[string]struct {
		method, path, body string
		headers            []string
		code               problem.Code
	}{
		"1 MiB":              {"POST", "/v1/user", `{"name":"` + strings.Repeat("x", 1<<20) + `"}`, nil, problem.BodyTooLarge},
		"content type":       {"POST", "/v1/user", `{}`, []string{"Content-Type", "text/plain"}, problem.UnsupportedMediaType},
		"content coding":     {"POST", "/v1/user", `{}`, []string{"Content-Encoding", "gzip"}, problem.UnsupportedMediaType},
		"merge patch to all": {"POST", "/v1/user", `{}`, []string{"Content-Type", "application/merge-patch+json"}, problem.UnsupportedMediaType},
		"method":             {"PUT", "/v1/user", `{}`, nil, problem.MethodNotAllowed},
		"method of login":    {"GET", "/v1/user/login", ``, nil, problem.MethodNotAllowed},
		"method of logout":   {"POST", "/v1/user/logout", ``, nil, problem.MethodNotAllowed},
		"unknown route":      {"GET", "/v1/users", ``, nil, problem.NotFound},
		"password, no token": {"PUT", "/v1/user/password", `{"password":"a","newPassword":"ten lives of a cat"}`, nil, problem.TokenMissing},
		"delete-account":     {"POST", "/v1/user/delete-account", `{}`, nil, problem.TokenMissing},
		"login, 73 bytes":    {"POST", "/v1/user/login", `{"email":"client@example.com","password":"` + strings.Repeat("x", 73) + `"}`, nil, problem.InvalidInput},
		"login, NUL":         {"POST", "/v1/user/login", `{"email":"client@example.com","password":"P\u0000P"}`, nil, problem.InvalidInput},
		"login, no password": {"POST", "/v1/user/login", `{"email":"client@example.com"}`, nil, problem.InvalidInput},
		"refresh, nothing":   {"POST", "/v1/user/refresh", `{}`, nil, problem.InvalidInput},
		"refresh, null":      {"POST", "/v1/user/refresh", `{"refreshJWT":null}`, nil, problem.InvalidInput},
		"reset, email":       {"POST", "/v1/user/reset-password", `{"email":"client"}`, nil, problem.InvalidInput},
		"reset, PIN number":  {"PATCH", "/v1/user/reset-password", `{"email":"client@example.com","pin":12345678,"newPassword":"ten lives of a cat"}`, nil, problem.InvalidInput},
		"reset, 73 bytes":    {"PATCH", "/v1/user/reset-password", `{"email":"client@example.com","pin":"12345678","newPassword":"` + strings.Repeat("x", 73) + `"}`, nil, problem.InvalidInput},
	} {
		t.Run(name, func(t *testing.T) {
			var body any
			if tc.body != "" {
				body = tc.body
			}
			res := s.Do(tc.method, tc.path, body, tc.headers...)
			res.Refused(t, tc.code)
			if tc.code == problem.MethodNotAllowed && res.Header.Get("Allow") == "" {
				t.Error("no Allow")
			}
		})
	}
}
