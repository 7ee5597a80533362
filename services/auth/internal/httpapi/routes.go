// Package httpapi is the service's HTTP side: it turns requests into use cases of accounts, and results
// into JSON. It decides nothing about users.
package httpapi

import (
	"net/netip"
	"time"

	"github.com/labstack/echo/v4"

	"crm.example/pkg/authn"
	"crm.example/pkg/web"
	"crm.example/services/auth/internal/account"
)

// Deps has what the handlers need.
type Deps struct {
	Accounts *account.Accounts
	Verifier *authn.Verifier
	Guard    *authn.Guard
	Keys     Keys
}

// Keys are the public keys of the service.
type Keys interface {
	// JWKS returns the keys that may have signed access JWTs, and how long others may keep them.
	JWKS() (set authn.JWKS, maxAge time.Duration)
}

type handlers struct {
	accounts *account.Accounts
	verifier *authn.Verifier
	keys     Keys
}

// Routes adds every route of the contract.
func Routes(e *echo.Echo, d Deps) {
	h := handlers{accounts: d.Accounts, verifier: d.Verifier, keys: d.Keys}
	agents := d.Guard.Require(authn.RoleAgent, authn.RoleAdmin)

	v1 := e.Group("/v1/user")
	v1.POST("", h.signUp, web.NoQuery)
	v1.GET("", h.profile, d.Guard.Require(), web.NoQuery, web.NoBody)
	v1.PATCH("", h.updateProfile, d.Guard.Require(), web.NoQuery)
	v1.POST("/login", h.login, web.NoQuery)
	v1.POST("/refresh", h.refresh, web.NoQuery)
	v1.DELETE("/logout", h.logout, genuineOrCookies(d.Guard), web.NoQuery, web.NoBody)
	v1.POST("/reset-password", h.requestReset, web.NoQuery)
	v1.PATCH("/reset-password", h.resetPassword, web.NoQuery)
	v1.PUT("/password", h.changePassword, d.Guard.Require(), web.NoQuery)
	v1.POST("/delete-account", h.deleteAccount, d.Guard.Require(), web.NoQuery)
	v1.GET("/agents", h.agents, agents, web.NoQuery, web.NoBody)
	v1.GET("/clients/:id", h.client, agents, web.NoQuery, web.NoBody)

	e.GET("/.well-known/jwks.json", h.jwks)
}

// addressOf is the key under which requests of one client are counted. Whoever has one IPv6 address has 2^64 of them.
func addressOf(c echo.Context) string {
	address, err := netip.ParseAddr(c.RealIP())
	if err != nil {
		return c.RealIP()
	}
	address = address.Unmap().WithZone("")
	if address.Is4() {
		return address.String()
	}
	return netip.PrefixFrom(address, 64).Masked().String()
}
