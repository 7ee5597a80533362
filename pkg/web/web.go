// Package web sets up Echo the same way for every service: strict binding, problem details, request
// ids, limits, health, serving and draining. It knows no route of any service.
package web

import (
	"fmt"
	"log/slog"
	"net"
	"net/http"

	"github.com/labstack/echo/v4"
)

// BodyLimit is the longest request body that is read, in bytes. The longest message of the contract fits, with a subject: 10,000
// characters of twelve bytes each as \u escapes.
const BodyLimit = 128 << 10

// Options of an Echo.
type Options struct {
	Log *slog.Logger
	// TrustedProxies are the CIDRs whose X-Forwarded-For is believed; without any, the client is the peer.
	TrustedProxies []string
}

// New makes an Echo whose every answer carries a request id and whose every error is a problem (RFC 9457).
func New(o Options) (*echo.Echo, error) {
	extract, err := ipExtractor(o.TrustedProxies)
	if err != nil {
		return nil, err
	}
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	e.IPExtractor, e.JSONSerializer = extract, serializer{}
	e.OnAddRouteHandler = func(_ string, route echo.Route, h echo.HandlerFunc, m []echo.MiddlewareFunc) { addHead(e, route, h, m) }
	e.HTTPErrorHandler = func(err error, c echo.Context) { handleError(o.Log, c, err) }
	e.Use(requestID, accessLog(o.Log, slog.LevelDebug), recoverPanics, heedTimeout, limitBody, noStore)
	return e, nil
}

// addHead lets every GET route answer HEAD as well (RFC 9110, section 9.3.2): net/http does not send the body.
func addHead(e *echo.Echo, route echo.Route, handler echo.HandlerFunc, middleware []echo.MiddlewareFunc) {
	if route.Method == http.MethodGet {
		e.HEAD(route.Path, handler, middleware...)
	}
}

// ipExtractor believes the rightmost address in X-Forwarded-For that is not a trusted proxy's.
// CheckProxies refuses what New would refuse of TrustedProxies.
func CheckProxies(cidrs []string) error {
	_, err := ipExtractor(cidrs)
	return err
}

func ipExtractor(cidrs []string) (echo.IPExtractor, error) {
	if len(cidrs) == 0 {
		return echo.ExtractIPDirect(), nil
	}
	trust := []echo.TrustOption{echo.TrustLoopback(false), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false)}
	for _, cidr := range cidrs {
		_, ipNet, err := net.ParseCIDR(cidr)
		if err != nil {
			return nil, fmt.Errorf("trusted proxy %q is not a CIDR such as 10.0.0.0/8", cidr)
		}
		trust = append(trust, echo.TrustIPRange(ipNet))
	}
	return echo.ExtractIPFromXFFHeader(trust...), nil
}

func limitBody(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		if r.ContentLength > BodyLimit {
			return errBodyTooLarge
		}
		r.Body = http.MaxBytesReader(c.Response(), r.Body, BodyLimit)
		return next(c)
	}
}

// noStore is the default for every answer: handlers of public documents set another policy.
func noStore(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		c.Response().Header().Set(echo.HeaderCacheControl, "no-store")
		return next(c)
	}
}
