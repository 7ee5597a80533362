package proxy

import (
	"errors"
	"net/http"
	"net/http/httputil"
	"net/url"

	"crm.example/pkg/web"
)

// rewrite sends on what package edge decided. ReverseProxy has by now removed X-Forwarded-For and whatever
// Connection names, so the headers are put back from the request that came in.
func rewrite(p *httputil.ProxyRequest, base *url.URL, part Part) {
	p.Out.URL.Scheme, p.Out.URL.Host = base.Scheme, base.Host
	p.Out.URL.RawQuery = p.In.URL.RawQuery
	p.Out.Host = ""
	p.Out.Trailer = nil
	p.Out.Header = p.In.Header.Clone()
	hideKey(p.Out.Header)
	part.keepRequest(p.Out.Header)
}

// hideKey keeps http.Transport from sending a POST again by itself after its connection broke: it does so
// when it finds Idempotency-Key, and not every route gives that a meaning. On the wire case means nothing.
func hideKey(h http.Header) {
	if values, ok := h["Idempotency-Key"]; ok {
		delete(h, "Idempotency-Key")
		h["idempotency-key"] = values
	}
}

// answerHeaders are those of a service that a client gets. Anything else (Server, X-Powered-By,
// Set-Cookie, CORS, forwarding headers) stays inside.
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
		if !answerHeaders[name] && !part.answers(name) && name != web.UserHeader { // which ends at package edge
			delete(res.Header, name)
		}
	}
	keepSession(res.Header)
	if res.Header.Get("Cache-Control") == "" {
		res.Header.Set("Cache-Control", "no-store")
	}
	return keepLasting(res)
}
