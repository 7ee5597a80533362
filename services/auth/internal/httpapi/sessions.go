package httpapi

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"crm.example/pkg/authn"
	"crm.example/pkg/events"
	"crm.example/pkg/web"
	"crm.example/services/auth/internal/account"
	"crm.example/services/auth/internal/wire"
)

type loginRequest struct {
	Email    string `json:"email" validate:"required,email"`
	Password string `json:"password" validate:"required"`
}

type refreshRequest struct {
	RefreshJWT string `json:"refreshJWT" validate:"required"`
}

type tokensResponse struct {
	AccessJWT  string         `json:"accessJWT"`
	RefreshJWT string         `json:"refreshJWT"`
	TokenType  string         `json:"tokenType"`
	ExpiresIn  int            `json:"expiresIn"` // seconds
	User       events.Profile `json:"user"`
}

func newTokensResponse(t account.Tokens) tokensResponse {
	return tokensResponse{
		AccessJWT: t.AccessJWT, RefreshJWT: t.RefreshJWT, TokenType: "Bearer",
		ExpiresIn: int(t.ExpiresIn / time.Second), User: wire.ProfileOf(t.User),
	}
}

func (h handlers) login(c echo.Context) error {
	var body loginRequest
	if err := web.Bind(c, &body); err != nil {
		return err
	}
	tokens, err := h.accounts.Login(c.Request().Context(), addressOf(c), body.Email, body.Password)
	if err != nil {
		return err
	}
	web.NoteUser(c, tokens.User.ID)
	return answerTokens(c, tokens)
}

func (h handlers) refresh(c echo.Context) error {
	refreshJWT, err := refreshJWTOf(c)
	if err != nil {
		return err
	}
	claims, err := h.verifier.Refresh(c.Request().Context(), refreshJWT)
	if err != nil {
		return err
	}
	web.NoteUser(c, claims.Subject)
	tokens, err := h.accounts.Refresh(c.Request().Context(), refreshToken(claims))
	if err != nil {
		return err
	}
	return answerTokens(c, tokens)
}

func refreshToken(c authn.Claims) account.RefreshToken {
	return account.RefreshToken{
		ID: c.ID, UserID: c.Subject, SessionID: c.SessionID, Generation: c.Generation,
		IssuedAt: c.IssuedAt.Time, ExpiresAt: c.ExpiresAt.Time,
	}
}

// logout ends the session of the access JWT. In a browser one cookie of the session is enough, and both are removed
// in any case: a browser that asks for it is logged out.
func (h handlers) logout(c echo.Context) error {
	if inCookies(c) {
		return h.logoutCookies(c)
	}
	who := authn.PrincipalOf(c)
	if err := h.accounts.Logout(c.Request().Context(), who.UserID, who.SessionID); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}
