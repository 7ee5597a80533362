package proxy

import (
	"errors"
	"net/http"
	"net/http/httputil"
	"net/url"

	"crm.example/pkg/web"
)

// rewrite makes the request with the headers that package edge has decided. ReverseProxy has removed
// X-Forwarded-For and all headers that Connection names, so they are copied again from the original request.
func rewrite(p *httputil.ProxyRequest, base *url.URL, part Part) {
	p.Out.URL.Scheme, p.Out.URL.Host = base.Scheme, base.Host
	p.Out.URL.RawQuery = p.In.URL.RawQuery
	p.Out.Host = ""
	p.Out.Trailer = nil
	p.Out.Header = p.In.Header.Clone()
	hideKey(p.Out.Header)
	part.keepRequest(p.Out.Header)
}

// hideKey prevents that http.Transport repeats a POST after its connection broke. It does so if it finds
// Idempotency-Key, which not every route uses. Services read the header in any case.
func hideKey(h http.Header) {
	if values, ok := h["Idempotency-Key"]; ok {
		delete(h, "Idempotency-Key")
		h["idempotency-key"] = values
	}
}

// answerHeaders has the headers of a service that a client gets. All others (Server, X-Powered-By,
// Set-Cookie, CORS, forwarding headers) are dropped.
var answerHeaders = map[string]bool{
	"Allow": true, "Cache-Control": true, "Content-Disposition": true, "Content-Encoding": true, "Content-Language": true,
	"Content-Length": true, "Content-Type": true, "Deprecation": true, "Etag": true, "Last-Modified": true, "Link": true, "Location": true,
	"Retry-After": true, "Sunset": true, "Vary": true, "Www-Authenticate": true, "X-Accel-Buffering": true,
}

var errSwitch = errors.New("the service changes the protocol, which nobody asked for")

func keepAnswerPlain(res *http.Response, part Part) error {
	if res.StatusCode == http.StatusSwitchingProtocols {
		return errSwitch
	}
	if err := checkOutage(res); err != nil {
		return err
	}
	for name := range res.Header {
		if !answerHeaders[name] && !part.answers(name) && name != web.UserHeader { // package edge removes it
			delete(res.Header, name)
		}
	}
	keepSession(res.Header)
	if res.Header.Get("Cache-Control") == "" {
		res.Header.Set("Cache-Control", "no-store")
	}
	return keepLasting(res)
}
