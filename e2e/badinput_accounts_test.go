package e2e_test

import (
	"maps"
	"net/http"
	"strings"
	"testing"

	"crm.example/e2e/crm"
)

// with is a body with some fields set anew; absent takes one out.
func with(body, changes crm.Fields) crm.Fields {
	all := maps.Clone(body)
	for name, value := range changes {
		if all[name] = value; value == (without{}) {
			delete(all, name)
		}
	}
	return all
}

type without struct{}

func invalid(name, method, path string, body any, fields ...string) bad {
	return bad{name: name, method: method, path: path, body: body, status: http.StatusUnprocessableEntity, code: "invalid-input", fields: fields}
}

// badEmails are refused wherever an email is asked for.
var badEmails = map[string]string{
	"without @":            "nobody",
	"without domain":       "nobody@",
	"without local part":   "@example.com",
	"two @":                "no@body@example.com",
	"display name":         "Client One <client@example.com>",
	"angle brackets":       "<client@example.com>",
	"two addresses":        "client@example.com, other@example.com",
	"CR and LF":            "client@example.com\r\nBcc: other@example.com",
	"LF in front":          "a\nclient@example.com",
	"LF at the end":        "client@example.com\n",
	"NUL":                  "client@example.com\x00",
	"tab":                  "cli\tent@example.com",
	"space":                "cli ent@example.com",
	"quoted local part":    `"cli ent"@example.com`,
	"comment":              "client(one)@example.com",
	"address literal":      "client@[127.0.0.1]",
	"IP address":           "client@127.0.0.1",
	"one label":            "client@localhost",
	"empty label":          "client@example..com",
	"dots in local part":   "cli..ent@example.com",
	"dot at the end":       "client@example.com.",
	"hyphen at the start":  "client@-example.com",
	"line separator":       "client@exam\u2028ple.com",
	"percent":              "client@exam%ple.com",
	"not ASCII":            "клиент@example.com",
	"look-alike of a dot":  "client@example。com",
	"65 byte local part":   strings.Repeat("a", 65) + "@example.com",
	"64 byte domain label": "client@" + strings.Repeat("a", 64) + ".com",
}

func TestBadSignUps(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	good := crm.Fields{"name": "Client One", "email": crm.Email("bad"), "password": crm.Password}
	row := func(name string, change crm.Fields, fields ...string) bad {
		return invalid(name, http.MethodPost, "/v1/user", with(good, change), fields...)
	}
	rows := []bad{
		row("nothing", crm.Fields{"name": without{}, "email": without{}, "password": without{}}, "/name required", "/email required", "/password required"),
		row("all wrong at once", crm.Fields{"name": "", "email": "x", "password": "short", "phone": strings.Repeat("1", 31), "role": "agent", "id": absent},
			"/name required", "/email invalid", "/password too-short", "/phone too-long", "/role unknown", "/id unknown"),
		row("empty name", crm.Fields{"name": ""}, "/name required"),
		row("name of white space", crm.Fields{"name": " \t\u00a0"}, "/name required"),
		row("invisible name", crm.Fields{"name": "\u200b\u2060"}, "/name required"),
		row("name of 101 characters", crm.Fields{"name": strings.Repeat("é", 101)}, "/name too-long"),
		row("name with a line break", crm.Fields{"name": "Client\nOne"}, "/name invalid"),
		row("name with NUL", crm.Fields{"name": "Client\x00One"}, "/name invalid"),
		row("name with an escape", crm.Fields{"name": "Client\x1b[31m"}, "/name invalid"),
		row("company of 101 characters", crm.Fields{"company": strings.Repeat("a", 101)}, "/company too-long"),
		row("company with a line break", crm.Fields{"company": "a\nb"}, "/company invalid"),
		row("company null", crm.Fields{"company": nil}, "/company invalid"),
		row("phone of 31 characters", crm.Fields{"phone": strings.Repeat("1", 31)}, "/phone too-long"),
		row("address of 201 characters", crm.Fields{"address": strings.Repeat("a", 201)}, "/address too-long"),
		row("password missing", crm.Fields{"password": without{}}, "/password required"),
		row("password empty", crm.Fields{"password": ""}, "/password required"),
		row("password of 7 bytes", crm.Fields{"password": "xk4!pq2"}, "/password too-short"),
		row("password of 7 bytes, typed as 8", crm.Fields{"password": "xk4!pe\u0301"}, "/password too-short"),
		row("password of 73 bytes", crm.Fields{"password": strings.Repeat("x", 73)}, "/password too-long"),
		row("password of 37 characters in 74 bytes", crm.Fields{"password": strings.Repeat("é", 37)}, "/password too-long"),
		row("password with NUL", crm.Fields{"password": "a phrase\x00 of mine"}, "/password invalid"),
		row("password common", crm.Fields{"password": "password123"}, "/password common-password"),
		row("password is the email", crm.Fields{"password": good["email"]}, "/password common-password"),
		row("password is null", crm.Fields{"password": nil}, "/password invalid"),
		row("email missing", crm.Fields{"email": without{}}, "/email required"),
		row("email empty", crm.Fields{"email": ""}, "/email required"),
		row("email of 255 characters", crm.Fields{"email": "client@" + strings.Repeat("a.", 122) + "test"}, "/email too-long"),
		{name: "email taken", method: http.MethodPost, path: "/v1/user", body: with(good, crm.Fields{"email": s.client.User.Email}),
			status: http.StatusConflict, code: "email-taken"},
		{name: "email taken, in capitals", method: http.MethodPost, path: "/v1/user", body: with(good, crm.Fields{"email": strings.ToUpper(s.client.User.Email)}),
			status: http.StatusConflict, code: "email-taken"},
	}
	for name, email := range badEmails {
		rows = append(rows, row("email "+name, crm.Fields{"email": email}, "/email invalid"))
	}
	s.refuse(t, rows)
	stranger(t).TryLogIn(good["email"].(string), crm.Password).WantProblem(http.StatusUnauthorized, "wrong-credentials")
}

func TestBadProfiles(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	row := func(name string, body crm.Fields, fields ...string) bad {
		return invalid(name, http.MethodPatch, "/v1/user", body, fields...)
	}
	s.refuse(t, []bad{
		row("name null", crm.Fields{"name": nil}, "/name invalid"),
		row("name empty", crm.Fields{"name": ""}, "/name required"),
		row("name of white space", crm.Fields{"name": "  "}, "/name required"),
		row("name of 101 characters", crm.Fields{"name": strings.Repeat("a", 101)}, "/name too-long"),
		row("one wrong of two", crm.Fields{"company": "Example Ltd", "phone": strings.Repeat("1", 31)}, "/phone too-long"),
		row("email", crm.Fields{"email": "other@example.com"}, "/email unknown"),
		row("password", crm.Fields{"password": crm.Password}, "/password unknown"),
		row("role", crm.Fields{"role": "agent"}, "/role unknown"),
		row("id", crm.Fields{"id": absent}, "/id unknown"),
	})
}

func TestBadLogins(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	email := s.client.User.Email
	row := func(name string, body crm.Fields, fields ...string) bad {
		return invalid(name, http.MethodPost, "/v1/user/login", body, fields...)
	}
	wrong := func(name, email, password string) bad {
		body := crm.Fields{"email": email, "password": password}
		return bad{name: name, method: http.MethodPost, path: "/v1/user/login", body: body, status: http.StatusUnauthorized, code: "wrong-credentials"}
	}
	operator := crm.Fields{"$gt": ""}
	rows := []bad{
		row("operators", crm.Fields{"email": operator, "password": operator}, "/email invalid", "/password invalid"),
		row("password empty", crm.Fields{"email": email, "password": ""}, "/password required"),
		row("password of 73 bytes", crm.Fields{"email": email, "password": crm.Password + strings.Repeat("x", 73-len(crm.Password))}, "/password too-long"),
		row("password with NUL", crm.Fields{"email": email, "password": crm.Password + "\x00" + crm.Password}, "/password invalid"),
		wrong("wrong password", email, "not the password"),
		wrong("password in capitals", email, strings.ToUpper(crm.Password)),
		wrong("password with a space", email, crm.Password+" "),
		wrong("unknown email", crm.Email("nobody"), crm.Password),
		wrong("email as a pattern", "%@example.com", crm.Password),
	}
	for name, email := range badEmails {
		rows = append(rows, row("email "+name, crm.Fields{"email": email, "password": crm.Password}, "/email invalid"))
	}
	s.refuse(t, rows)
}

func TestBadResets(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	good := crm.Fields{"email": s.client.User.Email, "pin": "12345678", "newPassword": newPassword}
	row := func(name string, change crm.Fields, fields ...string) bad {
		return invalid(name, http.MethodPatch, "/v1/user/reset-password", with(good, change), fields...)
	}
	wrong := func(name string, change crm.Fields) bad {
		return bad{name: name, method: http.MethodPatch, path: "/v1/user/reset-password", body: with(good, change),
			status: http.StatusUnprocessableEntity, code: "pin-invalid"}
	}
	rows := []bad{
		row("new password of 73 bytes", crm.Fields{"newPassword": strings.Repeat("x", 73)}, "/newPassword too-long"),
		row("new password of 7 bytes", crm.Fields{"newPassword": "xk4!pq2"}, "/newPassword too-short"),
		row("new password of 7 bytes, typed as 8", crm.Fields{"newPassword": "xk4!pe\u0301"}, "/newPassword too-short"),
		row("new password common", crm.Fields{"newPassword": "password123"}, "/newPassword common-password"),
		row("new password is the email", crm.Fields{"newPassword": good["email"]}, "/newPassword common-password"),
		row("new password with NUL", crm.Fields{"newPassword": "a phrase\x00 of mine"}, "/newPassword invalid"),
		row("PIN missing", crm.Fields{"pin": without{}}, "/pin required"),
		row("PIN as a number", crm.Fields{"pin": 12345678}, "/pin invalid"),
		wrong("no PIN was asked for", nil),
		wrong("unknown user", crm.Fields{"email": crm.Email("nobody")}),
	}
	for name, email := range badEmails {
		body := crm.Fields{"email": email}
		rows = append(rows, invalid("PIN for email "+name, http.MethodPost, "/v1/user/reset-password", body, "/email invalid"))
	}
	s.refuse(t, rows)
}
