// Package cookies has what the gateway and the services must agree on about the two cookies of a browser's session: their
// names, and the scheme of the request. A page never reads these cookies.
package cookies

import (
	"net/http"
	"time"
)

const (
	// SessionHeader with the value Session asks for a session in cookies instead of tokens in the body. A form of another
	// site cannot send it.
	SessionHeader = "X-Session"
	Session       = "cookie"

	// SchemeHeader tells a service which scheme the client used. The gateway sets it for every request.
	SchemeHeader = "X-Forwarded-Proto"
)

// secured is a prefix with which browsers accept a cookie only if it is Secure, HttpOnly, of one host, and for all its paths
// (RFC 6265bis).
const secured = "__Host-Http-"

// Access is the name of the cookie of the access JWT.
func Access(https bool) string { return named("crm-access", https) }

// Refresh is the name of the cookie of the refresh JWT. Nobody but the auth service gets it.
func Refresh(https bool) string { return named("crm-refresh", https) }

func named(name string, https bool) string {
	if https {
		return secured + name
	}
	return name // some browsers refuse Secure cookies on http://localhost
}

// OverHTTPS tells a service whether the client used https.
func OverHTTPS(r *http.Request) bool { return r.Header.Get(SchemeHeader) == "https" }

// Value is the value of the cookie with this name. It is empty if there is no such cookie, or more than one: nobody knows which
// of them is ours.
func Value(r *http.Request, name string) string {
	if found := r.CookiesNamed(name); len(found) == 1 {
		return found[0].Value
	}
	return ""
}

// New makes a cookie that lives as long as lifetime; 0 removes it.
func New(name, value string, https bool, lifetime time.Duration) *http.Cookie {
	age := int(lifetime / time.Second)
	if age == 0 {
		age = -1
	}
	return &http.Cookie{Name: name, Value: value, Path: "/", MaxAge: age, HttpOnly: true, Secure: https, SameSite: http.SameSiteStrictMode}
}
