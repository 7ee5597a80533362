// Package cookies is what the gateway and the services agree on about the two cookies of a browser's session: their
// names, and over which scheme they came. A page never reads them.
package cookies

import (
	"net/http"
	"time"
)

const (
	// SessionHeader asks with the value Session for a session in cookies rather than for tokens in the body. A form of
	// another site cannot send it.
	SessionHeader = "X-Session"
	Session       = "cookie"

	// SchemeHeader tells a service by which scheme its gateway was asked. The gateway sets it anew for every request.
	SchemeHeader = "X-Forwarded-Proto"
)

// secured makes a browser refuse the cookie unless it is Secure, HttpOnly, of one host, and for all its paths (RFC 6265bis).
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

// OverHTTPS tells a service whether its gateway was asked by https.
func OverHTTPS(r *http.Request) bool { return r.Header.Get(SchemeHeader) == "https" }

// Value is that of the one cookie of a name; empty if there is none, or more than one, of which nobody knows whose is whose.
func Value(r *http.Request, name string) string {
	if found := r.CookiesNamed(name); len(found) == 1 {
		return found[0].Value
	}
	return ""
}

// New makes a cookie that lives as long as lifetime; none removes it.
func New(name, value string, https bool, lifetime time.Duration) *http.Cookie {
	age := int(lifetime / time.Second)
	if age == 0 {
		age = -1
	}
	return &http.Cookie{Name: name, Value: value, Path: "/", MaxAge: age, HttpOnly: true, Secure: https, SameSite: http.SameSiteStrictMode}
}
