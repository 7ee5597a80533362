package e2e_test

import (
	"net/http"
	"strings"
	"testing"

	"crm.example/e2e/crm"
)

// bodyRoute takes a body; field is a member of it that must be a string.
type bodyRoute struct {
	method, path, field string
	required            []string // its members that must be there
}

func bodyRoutes(s scene) []bodyRoute {
	return []bodyRoute{
		{http.MethodPost, "/v1/user", "name", []string{"name", "email", "password"}},
		{http.MethodPatch, "/v1/user", "name", nil},
		{http.MethodPost, "/v1/user/login", "email", []string{"email", "password"}},
		{http.MethodPost, "/v1/user/reset-password", "email", []string{"email"}},
		{http.MethodPatch, "/v1/user/reset-password", "email", []string{"email", "pin", "newPassword"}},
		{http.MethodPost, "/v1/user/refresh", "refreshJWT", []string{"refreshJWT"}},
		{http.MethodPost, "/v1/ticket", "subject", []string{"subject", "message"}},
		{http.MethodPut, "/v1/ticket/" + s.ticket.ID, "subject", nil},
	}
}

// Whatever the route, a body that is not one JSON object in UTF-8 gets the same answers.
func TestBadBodies(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	var rows []bad
	for _, route := range bodyRoutes(s) {
		rows = append(rows, malformed(route)...)
		rows = append(rows, wrongTypes(route)...)
		rows = append(rows, wrongMedia(route)...)
	}
	s.refuse(t, rows)
}

func malformed(r bodyRoute) (rows []bad) {
	deep := strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000)
	for name, body := range map[string]string{
		"empty":              ``,
		"not JSON":           `subject=hello`,
		"cut off":            `{"` + r.field + `":"hel`,
		"two documents":      `{}{}`,
		"data after":         `{} x`,
		"trailing comma":     `{"` + r.field + `":"a",}`,
		"comment":            `{/**/}`,
		"single quotes":      `{'` + r.field + `':'a'}`,
		"byte order mark":    "\ufeff{}",
		"UTF-16":             "\xff\xfe{\x00}\x00",
		"invalid UTF-8":      "{\"" + r.field + "\":\"a\xffb\"}",
		"overlong UTF-8":     "{\"" + r.field + "\":\"\xc0\xaf\"}",
		"lone surrogate":     `{"` + r.field + `":"\ud800"}`,
		"raw NUL":            "{\"" + r.field + "\":\"a\x00b\"}",
		"raw line break":     "{\"" + r.field + "\":\"a\nb\"}",
		"NaN":                `{"` + r.field + `":NaN}`,
		"deep":               `{"` + r.field + `":` + deep + `}`,
		"deep and unclosed":  strings.Repeat(`{"a":`, 10_000),
		"nothing but spaces": "  \n ",
	} {
		rows = append(rows, r.row(name, crm.Raw(body), http.StatusBadRequest, "malformed-request"))
	}
	return append(rows,
		r.row("duplicate field", crm.Raw(`{"`+r.field+`":"a","`+r.field+`":"b"}`), http.StatusBadRequest, "malformed-request", "/"+r.field+" duplicate"),
		r.row("duplicate field, escaped", crm.Raw(`{"`+r.field+`":"a","\u00`+hex(r.field[0])+r.field[1:]+`":"b"}`), http.StatusBadRequest, "malformed-request", "/"+r.field+" duplicate"),
	)
}

func hex(c byte) string { return string("0123456789abcdef"[c>>4]) + string("0123456789abcdef"[c&15]) }

func wrongTypes(r bodyRoute) (rows []bad) {
	for name, body := range map[string]string{"array": `[]`, "string": `"a"`, "number": `1`, "true": `true`, "null": `null`} {
		rows = append(rows, r.row("body is "+name, crm.Raw(body), http.StatusUnprocessableEntity, "invalid-input", " invalid"))
	}
	for name, value := range map[string]string{
		"operator": `{"$gt":""}`, "array": `["a"]`, "number": `1`, "huge number": `1e999`, "true": `true`, "null": `null`,
	} {
		fields := []string{"/" + r.field + " invalid"}
		for _, other := range r.required {
			if other != r.field {
				fields = append(fields, "/"+other+" required")
			}
		}
		rows = append(rows, r.row("field is "+name, crm.Raw(`{"`+r.field+`":`+value+`}`), http.StatusUnprocessableEntity, "invalid-input", fields...))
	}
	fields := []string{"/bogus unknown", "/__proto__ unknown", "/" + strings.ToUpper(r.field) + " unknown"}
	for _, name := range r.required {
		fields = append(fields, "/"+name+" required")
	}
	body := `{"bogus":1,"__proto__":{},"` + strings.ToUpper(r.field) + `":"a"}`
	return append(rows, r.row("unknown fields", crm.Raw(body), http.StatusUnprocessableEntity, "invalid-input", fields...))
}

func wrongMedia(r bodyRoute) (rows []bad) {
	for name, media := range map[string]string{
		"no type": "", "text": "text/plain", "form": "application/x-www-form-urlencoded", "multipart": "multipart/form-data; boundary=a",
		"XML": "application/xml", "other charset": "application/json; charset=iso-8859-1", "garbage": "application/json; ;;", "JSON text": "text/json",
	} {
		row := r.row("media type: "+name, crm.Raw(`{}`), http.StatusUnsupportedMediaType, "unsupported-media-type")
		row.header = http.Header{"Content-Type": {media}}
		rows = append(rows, row)
	}
	zipped := r.row("compressed", crm.Raw("\x1f\x8b\x08\x00"), http.StatusUnsupportedMediaType, "unsupported-media-type")
	zipped.header = http.Header{"Content-Encoding": {"gzip"}}
	return append(rows, zipped,
		r.row("1 MiB", crm.Raw(`{"`+r.field+`":"`+strings.Repeat("a", 1<<20)+`"}`), http.StatusRequestEntityTooLarge, "body-too-large"),
		r.row("128 KiB and 1 byte", crm.Raw("{}"+strings.Repeat(" ", 128<<10-1)), http.StatusRequestEntityTooLarge, "body-too-large"),
	)
}

// TestBodiesWhereNoneIsTaken: what such a body says would be lost behind a good answer.
func TestBodiesWhereNoneIsTaken(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	var rows []bad
	for _, route := range []struct{ method, path string }{
		{http.MethodPatch, "/v1/ticket/close-ticket/" + s.ticket.ID}, {http.MethodDelete, "/v1/ticket/" + s.ticket.ID},
		{http.MethodGet, "/v1/ticket/" + s.ticket.ID}, {http.MethodGet, "/v1/ticket"}, {http.MethodGet, "/v1/user"}, {http.MethodDelete, "/v1/user/logout"},
	} {
		r := bodyRoute{method: route.method, path: route.path}
		rows = append(rows, r.row("a message", crm.Fields{"message": "Thank you."}, http.StatusBadRequest, "malformed-request"),
			r.row("text", crm.Raw("Thank you."), http.StatusBadRequest, "malformed-request"))
	}
	s.refuse(t, rows)
}

func (r bodyRoute) row(name string, body any, status int, code string, fields ...string) bad {
	name = r.method + " " + strings.TrimPrefix(r.path[:min(len(r.path), 24)], "/v1/") + ": " + name
	return bad{name: name, method: r.method, path: r.path, body: body, status: status, code: code, fields: fields}
}
