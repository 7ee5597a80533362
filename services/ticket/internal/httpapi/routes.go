// Package httpapi is the ticket service's HTTP side: it reads requests, calls one use case each and
// writes its result. It knows no rule and no store.
package httpapi

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"crm.example/pkg/authn"
	"crm.example/pkg/problem"
	"crm.example/pkg/web"
	"crm.example/services/ticket/internal/ticket"
)

// Deps has what the handlers need.
type Deps struct {
	Guard *authn.Guard
	Desk  ticket.Desk
	Feed  Feed
}

// Routes adds every route of the contract.
func Routes(e *echo.Echo, d Deps) {
	h := handlers{desk: d.Desk, feed: d.Feed}
	anyone := d.Guard.Require(authn.RoleClient, authn.RoleAgent, authn.RoleAdmin)
	clients := d.Guard.Require(authn.RoleClient)
	agents := d.Guard.Require(authn.RoleAgent, authn.RoleAdmin)
	admins := d.Guard.Require(authn.RoleAdmin)

	v1 := e.Group("/v1/ticket")
	v1.GET("", h.list, anyone, web.NoBody)
	v1.POST("", h.open, anyone, web.NoQuery)
	v1.GET("/events", h.listen, anyone, web.NoBody)
	v1.GET("/saved-replies", h.savedReplies, agents, web.NoQuery, web.NoBody)
	v1.POST("/saved-replies", h.addSavedReply, admins, web.NoQuery)
	v1.PUT("/saved-replies/:id", h.changeSavedReply, admins, web.NoQuery)
	v1.DELETE("/saved-replies/:id", h.removeSavedReply, admins, web.NoQuery, web.NoBody)
	v1.GET("/report", h.report, agents, web.NoBody)
	v1.GET("/counts", h.count, agents, web.NoQuery, web.NoBody)
	v1.GET("/:id", h.read, anyone, web.NoQuery, web.NoBody)
	v1.PUT("/:id", h.edit, anyone, web.NoQuery)
	v1.PATCH("/:id/desk", h.handle, agents, web.NoQuery)
	v1.POST("/:id/notes", h.note, agents, web.NoQuery)
	v1.PUT("/:id/rating", h.rate, clients, web.NoQuery)
	v1.PATCH("/close-ticket/:id", h.close, anyone, web.NoQuery, web.NoBody)
	v1.DELETE("/:id", h.delete, clients, web.NoQuery, web.NoBody)

	// Echo's last parameter matches slashes too: without these routes, a path below a ticket would be taken for a ticket.
	v1.RouteNotFound("/:id/*", echo.NotFoundHandler)
	for path, methods := range map[string]string{
		"/events": "GET, HEAD", "/counts": "GET, HEAD", "/report": "GET, HEAD", "/close-ticket/:id": "PATCH", "/:id/desk": "PATCH", "/:id/notes": "POST", "/:id/rating": "PUT",
		"/saved-replies": "GET, HEAD, POST", "/saved-replies/:id": "PUT, DELETE",
	} {
		only(v1, path, methods)
	}
}

// only refuses all other methods on a path that a pattern would match too. A plain OPTIONS hears which there are.
func only(g *echo.Group, path, methods string) {
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions} {
		if strings.Contains(methods, method) {
			continue
		}
		g.Add(method, path, func(c echo.Context) error {
			if method == http.MethodOptions {
				c.Response().Header().Set(echo.HeaderAllow, "OPTIONS, "+methods)
				return c.NoContent(http.StatusNoContent)
			}
			c.Response().Header().Set(echo.HeaderAllow, methods)
			return problem.New(problem.MethodNotAllowed, "")
		})
	}
}

type handlers struct {
	desk ticket.Desk
	feed Feed
}

func actorOf(c echo.Context) ticket.Actor {
	p := authn.PrincipalOf(c)
	return ticket.Actor{ID: p.UserID, Name: p.Name, Role: ticket.Role(p.Role)}
}
