package httpapi

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"crm.example/pkg/authn"
	"crm.example/pkg/cookies"
	"crm.example/pkg/events"
	"crm.example/pkg/problem"
	"crm.example/pkg/web"
	"crm.example/services/auth/internal/account"
	"crm.example/services/auth/internal/wire"
)

// sessionResponse is what a page gets instead of tokens, which are in cookies that it cannot read.
type sessionResponse struct {
	ExpiresIn int            `json:"expiresIn"` // seconds
	User      events.Profile `json:"user"`
}

// answerTokens answers with the tokens, or sets them as cookies if the client asked for that.
func answerTokens(c echo.Context, t account.Tokens) error {
	if !wantsCookies(c) {
		return c.JSON(http.StatusOK, newTokensResponse(t))
	}
	setSession(c, t.AccessJWT, t.RefreshJWT, account.SessionLifetime) // the access JWT too: an expired one says that there is a session
	return c.JSON(http.StatusOK, sessionResponse{ExpiresIn: int(t.ExpiresIn / time.Second), User: wire.ProfileOf(t.User)})
}

func wantsCookies(c echo.Context) bool {
	return c.Request().Header.Get(cookies.SessionHeader) == cookies.Session
}

func setSession(c echo.Context, access, refresh string, lifetime time.Duration) {
	https := cookies.OverHTTPS(c.Request())
	c.SetCookie(cookies.New(cookies.Access(https), access, https, lifetime))
	c.SetCookie(cookies.New(cookies.Refresh(https), refresh, https, lifetime))
}

// refreshJWTOf reads the refresh JWT from the body or, if a page sends none there, from its cookie.
func refreshJWTOf(c echo.Context) (string, error) {
	if r := c.Request(); wantsCookies(c) && r.ContentLength == 0 {
		token := cookies.Value(r, cookies.Refresh(cookies.OverHTTPS(r)))
		if token == "" {
			return "", problem.New(problem.TokenMissing, "The request has no session")
		}
		return token, nil
	}
	var body refreshRequest
	err := web.Bind(c, &body)
	return body.RefreshJWT, err
}

// genuineOrCookies lets a logout through that has cookies or a genuine access JWT, even an expired or revoked one.
func genuineOrCookies(guard *authn.Guard) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		genuine := guard.RequireGenuine()(next)
		return func(c echo.Context) error {
			if inCookies(c) {
				return next(c)
			}
			return genuine(c)
		}
	}
}

// inCookies tells whether a request has its session in cookies.
func inCookies(c echo.Context) bool {
	r := c.Request()
	https := cookies.OverHTTPS(r)
	sent := len(r.CookiesNamed(cookies.Access(https))) + len(r.CookiesNamed(cookies.Refresh(https)))
	return sent > 0 && r.Header.Get(echo.HeaderAuthorization) == ""
}

// logoutCookies ends the session of one of the cookies. Without a genuine cookie there is no session to end.
func (h handlers) logoutCookies(c echo.Context) error {
	claims, err := h.sessionOfCookies(c)
	switch {
	case problem.Is(err, problem.Unavailable):
		return err
	case err == nil:
		if err := h.accounts.Logout(c.Request().Context(), claims.Subject, claims.SessionID); err != nil {
			return err
		}
	}
	setSession(c, "", "", 0)
	return c.NoContent(http.StatusNoContent)
}

func (h handlers) sessionOfCookies(c echo.Context) (authn.Claims, error) {
	r := c.Request()
	https := cookies.OverHTTPS(r)
	claims, err := h.verifier.AccessEvenExpired(r.Context(), cookies.Value(r, cookies.Access(https)))
	if err == nil || problem.Is(err, problem.Unavailable) {
		return claims, err
	}
	return h.verifier.Refresh(r.Context(), cookies.Value(r, cookies.Refresh(https)))
}
