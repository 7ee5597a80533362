package edge

import "net/http"

// securityHeaders are those of helmet, stricter since most answers are data and not pages. A page of the
// gateway may set another Content-Security-Policy. Left out: Permissions-Policy, as in helmet, since it is
// for scripts, and Cross-Origin-Embedder-Policy.
var securityHeaders = []struct{ name, value, why string }{
	{"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'", "an answer opened in a browser loads and runs nothing"},
	{"Cross-Origin-Opener-Policy", "same-origin", "no window of another origin gets hold of ours"},
	{"Cross-Origin-Resource-Policy", "cross-origin", "CORS decides who reads; same-origin would break it for some browsers"},
	{"Origin-Agent-Cluster", "?1", "no sharing of a process by site"},
	{"Referrer-Policy", "no-referrer", "ids in paths stay here"},
	{"X-Content-Type-Options", "nosniff", "JSON is never taken for HTML"},
	{"X-DNS-Prefetch-Control", "off", "text of a ticket triggers no look-ups"},
	{"X-Download-Options", "noopen", "old browsers don't open downloads in our origin"},
	{"X-Frame-Options", "DENY", "frame-ancestors for browsers that don't know it"},
	{"X-Permitted-Cross-Domain-Policies", "none", "no Flash or PDF policy files"},
	{"X-XSS-Protection", "0", "that filter did harm"},
}

// secure adds those that are not set. All answers share the values: a header is replaced, never changed in place.
func secure(h http.Header) {
	for name, values := range security {
		if _, set := h[name]; !set {
			h[name] = values
		}
	}
}

// strictTransport makes browsers use only TLS for a year.
func strictTransport(subdomains bool) []string {
	if subdomains {
		return []string{"max-age=31536000; includeSubDomains"}
	}
	return []string{"max-age=31536000"}
}

var security = func() http.Header {
	h := http.Header{}
	for _, header := range securityHeaders {
		h.Set(header.name, header.value)
	}
	return h
}()
