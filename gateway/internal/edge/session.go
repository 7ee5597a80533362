package edge

import (
	"net"
	"net/http"
	"net/netip"
	"strings"

	"crm.example/pkg/cookies"
	"crm.example/pkg/problem"
)

// overHTTPS tells whether the client used https, by the connection or by a trusted proxy.
func overHTTPS(r *http.Request, trusted []netip.Prefix) bool {
	return r.TLS != nil || within(trusted, peerOf(r)) && strings.EqualFold(r.Header.Get(cookies.SchemeHeader), "https")
}

// checkSession refuses a session over a connection that others can read, and requests that another site made a browser send.
func (e *Edge) checkSession(r *http.Request, https bool) error {
	if asked := r.Header.Values(cookies.SessionHeader); len(asked) > 0 {
		if len(asked) > 1 || asked[0] != cookies.Session {
			return problem.New(problem.MalformedRequest, "X-Session takes one value: cookie")
		}
		if !https && !onLoopback(r.Host) {
			return errPlain
		}
	}
	if len(sessionOf(r, https)) > 0 && crossOrigin.Check(r) != nil {
		return problem.New(problem.CrossOrigin, "")
	}
	return nil
}

var errPlain = problem.New(problem.MalformedRequest,
	"A session in cookies needs https. If a proxy in front ends TLS, name it in GATEWAY_TRUSTED_PROXIES and have it send X-Forwarded-Proto")

// crossOrigin uses Sec-Fetch-Site or, if a browser sends none, Origin. Safe methods pass.
var crossOrigin = http.NewCrossOriginProtection()

// onLoopback tells whether browsers treat the host as this machine.
func onLoopback(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	ip, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil && ip.IsLoopback() || host == "localhost" || strings.HasSuffix(host, ".localhost")
}

// sessionOf returns the session's cookies; all others are dropped.
func sessionOf(r *http.Request, https bool) []*http.Cookie {
	return append(r.CookiesNamed(cookies.Access(https)), r.CookiesNamed(cookies.Refresh(https))...)
}

// passSession adds to the headers for a service what it may know of the session and of the scheme.
func passSession(out http.Header, r *http.Request, https bool) {
	scheme := "http"
	if https {
		scheme = "https"
	}
	out.Set(cookies.SchemeHeader, scheme)
	var pairs []string
	for _, c := range sessionOf(r, https) {
		pairs = append(pairs, c.Name+"="+c.Value)
	}
	if len(pairs) > 0 {
		out.Set("Cookie", strings.Join(pairs, "; "))
	}
}
