package edge

import (
	"net/http"
	"net/url"
	"strings"

	"crm.example/pkg/problem"
)

// methods has the methods that routes may have. TRACE would send credentials back, and CONNECT would make a tunnel.
const methods = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"

func checkMethod(r *http.Request) error {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return nil
	}
	return problem.New(problem.MethodNotAllowed, "")
}

var errPath = problem.New(problem.MalformedRequest,
	"The path must be plain: letters, digits and -._~!$&'()*+,=:@ between single slashes, without escapes or dot segments")

// checkPath lets a path through only if every program reads it in the same way: no escapes, no empty
// segments, no dot segments (OWASP ASVS 5, 1.1.1). No route needs an escape, so it can only be used to deceive.
func checkPath(r *http.Request) error {
	if u := r.URL; u.Opaque != "" || u.User != nil || u.Fragment != "" || !plainPath(u.EscapedPath()) {
		return errPath
	}
	return nil
}

func plainPath(path string) bool {
	if !strings.HasPrefix(path, "/") || strings.Contains(path, "//") {
		return false
	}
	for segment := range strings.SplitSeq(path, "/") {
		if segment == "." || segment == ".." {
			return false
		}
	}
	return only(path, "/-._~!$&'()*+,=:@")
}

// only tells whether text has only ASCII letters, digits and the given characters.
func only(text, others string) bool {
	for i := range len(text) {
		c := text[i]
		if !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte(others, c) >= 0) {
			return false
		}
	}
	return true
}

var errQuery = problem.New(problem.UnknownParameter, "The query cannot be read: an escape is broken, or it has a semicolon or a character that must be escaped")

// checkQuery refuses a query that programs may read in different ways. httputil.ReverseProxy would drop the
// parameters that it cannot parse and send the rest.
func checkQuery(r *http.Request) error {
	for i := range len(r.URL.RawQuery) {
		if c := r.URL.RawQuery[i]; c <= ' ' || c >= 0x7f {
			return errQuery
		}
	}
	if _, err := url.ParseQuery(r.URL.RawQuery); err != nil {
		return errQuery
	}
	return nil
}

var errHost = problem.New(problem.MalformedRequest, "Host must be a name or an address, with a port or without")

// checkHost refuses a text that is not a host. Routing does not use it, so every valid host passes;
// HTTP/1.0 needs none.
func checkHost(r *http.Request) error {
	if r.Host == "" && r.ProtoAtLeast(1, 1) {
		return errHost
	}
	name, port := r.Host, ""
	if i := strings.LastIndexByte(name, ':'); i >= 0 && !strings.HasSuffix(name, "]") {
		name, port = name[:i], name[i+1:]
	}
	if inner, ok := strings.CutPrefix(name, "["); ok {
		if inner, ok = strings.CutSuffix(inner, "]"); !ok || !only(inner, ":.") {
			return errHost
		}
		name = ""
	}
	if !only(name, "-._") || len(port) > 5 || strings.Trim(port, "0123456789") != "" {
		return errHost
	}
	return nil
}
