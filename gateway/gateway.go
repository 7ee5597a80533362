// Package gateway is the one entrance to the services: it decides what clients may send, chooses the service by
// the beginning of the path, and publishes the contract and the problems. It has no business rules: a new
// route of a service changes nothing here.
package gateway

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"crm.example/gateway/internal/contract"
	"crm.example/gateway/internal/edge"
	"crm.example/gateway/internal/inside"
	"crm.example/gateway/internal/pages"
	"crm.example/gateway/internal/proxy"
	"crm.example/gateway/internal/replicas"
	"crm.example/pkg/web"
)

// Deps has what a gateway needs from outside.
type Deps struct {
	// Dial opens connections to the services, nil meaning TCP.
	Dial func(ctx context.Context, network, addr string) (net.Conn, error)
	// Lookup returns the addresses of a service's name. nil means DNS or, with a Dial, that Dial understands names.
	Lookup func(ctx context.Context, name string) ([]string, error)
	// Inside are the services in this process, by their URL. They are called; for streams and probes they are dialled like others.
	Inside map[string]http.Handler
	Log    *slog.Logger
}

// Gateway is the gateway as a value.
type Gateway struct {
	cfg       Config
	log       *slog.Logger
	handler   http.Handler
	upstreams []upstream
	frontend  *upstream // nil: no pages here
	contract  *contract.Publisher
}

// upstream is a service and the beginnings of the paths that are its own.
type upstream struct {
	*proxy.Service
	replicas *replicas.Set
	prefixes []string
}

// Open makes a gateway. The services may start later.
func Open(_ context.Context, cfg Config, deps Deps) (*Gateway, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	proxies, _ := parseProxies(cfg.TrustedProxies) // validated above, like the origins
	origins, _ := parseOrigins(cfg.CORSOrigins)
	g := &Gateway{cfg: cfg, log: deps.Log, upstreams: []upstream{
		newUpstream("auth", cfg.AuthURL, proxy.Sessions, cfg, deps, "/v1/user", "/.well-known/jwks.json"),
		newUpstream("ticket", cfg.TicketURL, proxy.Calls, cfg, deps, "/v1/ticket"),
	}}
	if cfg.FrontendURL != "" {
		frontend := newUpstream("frontend", cfg.FrontendURL, proxy.Pages, cfg, deps)
		g.frontend = &frontend
	}
	e, err := web.New(web.Options{Log: deps.Log})
	if err := errors.Join(err, g.publish()); err != nil {
		return nil, err
	}
	g.routes(e)
	g.handler = edge.New(e, edge.Options{
		Log: deps.Log, Origins: origins, Headers: cfg.CORSHeaders, Proxies: proxies, Subdomains: cfg.HSTSSubdomains, BodyPatience: cfg.BodyTimeout,
	})
	return g, nil
}

// streamPath is the only route whose answer is a stream.
const streamPath = "/v1/ticket/events"

func newUpstream(name, url string, part proxy.Part, cfg Config, deps Deps, prefixes ...string) upstream {
	scheme, hosts, _ := parseService("", url) // validated by Open
	if deps.Dial == nil {
		deps.Dial = (&net.Dialer{KeepAlive: 15 * time.Second}).DialContext
		if deps.Lookup == nil {
			deps.Lookup = net.DefaultResolver.LookupHost
		}
	}
	log := deps.Log.With("upstream", name)
	set := replicas.New(replicas.Options{
		Scheme: scheme, Hosts: hosts, Lookup: deps.Lookup, Dial: deps.Dial,
		DialPatience: cfg.DialTimeout, AnswerPatience: cfg.AnswerTimeout, Log: log,
	})
	var transport http.RoundTripper = set
	if handler := deps.Inside[url]; handler != nil {
		transport = &inside.Transport{Handler: handler, Patience: cfg.AnswerTimeout, Connected: set, Lasting: streamPath}
	}
	return upstream{proxy.New(name, scheme, hosts[0], part, transport, log), set, prefixes}
}

// Handler answers every request, always in the form of the contract.
func (g *Gateway) Handler() http.Handler { return g.handler }

// Run follows the services' replicas when they start, end and fail, until ctx ends. Without it the gateway
// keeps the addresses that it found first.
func (g *Gateway) Run(ctx context.Context) error {
	var tending sync.WaitGroup
	for _, u := range g.all() {
		tending.Go(func() { u.replicas.Run(ctx) })
	}
	tending.Wait()
	return nil
}

// Close closes the idle connections to the services.
func (g *Gateway) Close() error {
	for _, u := range g.all() {
		u.replicas.Close()
	}
	return nil
}

// all returns the services and the frontend, if there is one.
func (g *Gateway) all() []upstream {
	if g.frontend == nil {
		return g.upstreams
	}
	return append(slices.Clone(g.upstreams), *g.frontend)
}

func (g *Gateway) routes(e *echo.Echo) {
	for _, u := range g.upstreams {
		for _, prefix := range u.prefixes {
			e.Any(prefix, pass(u))
			e.Any(prefix+"/*", pass(u))
		}
	}
	e.GET("/openapi.json", g.openapi)
	e.GET("/asyncapi.yaml", asyncAPI)
	pages.Routes(e)
	web.Health(e, g.ready)
	e.HTTPErrorHandler = g.hints(e.HTTPErrorHandler)
	if g.frontend != nil {
		e.Use(g.pages)
	}
}

// pages gives the frontend every path that has no route, except paths of the API.
func (g *Gateway) pages(next echo.HandlerFunc) echo.HandlerFunc {
	page := pass(g.frontend)
	return func(c echo.Context) error {
		err, r := next(c), c.Request()
		reads := r.Method == http.MethodGet || r.Method == http.MethodHead
		if err != echo.ErrNotFound || !reads || strings.HasPrefix(r.URL.Path, "/v1/") || strings.HasPrefix(r.URL.Path, "/.well-known/") {
			return err
		}
		return page(c)
	}
}

// pass lets the service answer. The service sets Cache-Control; if it does not, package proxy sets
// no-store.
func pass(service http.Handler) echo.HandlerFunc {
	return func(c echo.Context) error {
		c.Response().Header().Del(echo.HeaderCacheControl)
		service.ServeHTTP(c.Response(), c.Request())
		return nil
	}
}
