// Package gateway is the one door to the services: it decides what a stranger may send, passes requests on
// by the beginning of their path, and publishes the contract and the problems. It speaks no business: a new
// route of a service changes nothing here.
package gateway

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"

	"github.com/labstack/echo/v4"

	"crm.example/gateway/internal/contract"
	"crm.example/gateway/internal/edge"
	"crm.example/gateway/internal/pages"
	"crm.example/gateway/internal/proxy"
	"crm.example/pkg/web"
)

// Deps is what a gateway is handed in. Dial opens connections to the services, nil meaning TCP.
type Deps struct {
	Dial func(ctx context.Context, network, addr string) (net.Conn, error)
	Log  *slog.Logger
}

// Gateway is the whole of it as a value.
type Gateway struct {
	handler   http.Handler
	transport *http.Transport
	upstreams []upstream
	contract  *contract.Publisher
}

// upstream is a service and the beginnings of the paths that are its own.
type upstream struct {
	*proxy.Service
	prefixes []string
}

// Open makes a gateway. It needs no service to be there yet.
func Open(_ context.Context, cfg Config, deps Deps) (*Gateway, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	authURL, _ := parseBase("", cfg.AuthURL) // validated above, like what follows
	ticketURL, _ := parseBase("", cfg.TicketURL)
	proxies, _ := parseProxies(cfg.TrustedProxies)

	transport := proxy.NewTransport(deps.Dial, cfg.AnswerTimeout)
	g := &Gateway{transport: transport, upstreams: []upstream{
		{proxy.New("auth", authURL, transport, deps.Log), []string{"/v1/user", "/.well-known/jwks.json"}},
		{proxy.New("ticket", ticketURL, transport, deps.Log), []string{"/v1/ticket"}},
	}}
	e, err := web.New(web.Options{Log: deps.Log})
	if err := errors.Join(err, g.publish()); err != nil {
		return nil, err
	}
	g.routes(e)
	g.handler = edge.New(e, edge.Options{Log: deps.Log, Origins: cfg.CORSOrigins, Proxies: proxies, BodyPatience: cfg.BodyTimeout})
	return g, nil
}

// Handler answers everything, and every answer of it is the contract's.
func (g *Gateway) Handler() http.Handler { return g.handler }

// Run is there so that a gateway is run like a service. Nothing goes on beside the requests, so it only waits
// for ctx to end.
func (g *Gateway) Run(ctx context.Context) error {
	<-ctx.Done()
	return nil
}

// Close lets go of the connections to the services that nothing is under way on.
func (g *Gateway) Close() error {
	g.transport.CloseIdleConnections()
	return nil
}

func (g *Gateway) routes(e *echo.Echo) {
	for _, u := range g.upstreams {
		for _, prefix := range u.prefixes {
			e.Any(prefix, pass(u))
			e.Any(prefix+"/*", pass(u))
		}
	}
	e.GET("/openapi.json", g.openapi)
	pages.Routes(e)
	web.Health(e, g.ready)
}

// pass gives the answer over to the service. Cache-Control is the service's to say; package proxy says
// no-store where it does not.
func pass(service http.Handler) echo.HandlerFunc {
	return func(c echo.Context) error {
		c.Response().Header().Del(echo.HeaderCacheControl)
		service.ServeHTTP(c.Response(), c.Request())
		return nil
	}
}
