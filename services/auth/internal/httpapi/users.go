package httpapi

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"crm.example/pkg/authn"
	"crm.example/pkg/web"
	"crm.example/services/auth/internal/account"
	"crm.example/services/auth/internal/wire"
)

type signUpRequest struct {
	Name     string `json:"name" validate:"required,line,max=100"`
	Email    string `json:"email" validate:"required,email"`
	Password string `json:"password" validate:"required,password"`
	Company  string `json:"company" validate:"omitempty,line,max=100"`
	Phone    string `json:"phone" validate:"omitempty,line,max=30"`
	Address  string `json:"address" validate:"omitempty,text,max=200"`
}

type profileRequest struct {
	Name    *string              `json:"name" validate:"omitnil,line,max=100"`
	Company web.Nullable[string] `json:"company" validate:"omitempty,line,max=100"`
	Phone   web.Nullable[string] `json:"phone" validate:"omitempty,line,max=30"`
	Address web.Nullable[string] `json:"address" validate:"omitempty,text,max=200"`
}

func (h handlers) signUp(c echo.Context) error {
	var body signUpRequest
	if err := web.Bind(c, &body); err != nil {
		return h.withRules(err, body.Email, "/password", body.Password)
	}
	user, err := h.accounts.SignUp(c.Request().Context(), addressOf(c), account.SignUp(body))
	if err != nil {
		return err
	}
	web.NoteUser(c, user.ID)
	c.Response().Header().Set(echo.HeaderLocation, "/v1/user")
	return c.JSON(http.StatusCreated, wire.ProfileOf(user))
}

func (h handlers) profile(c echo.Context) error {
	user, err := h.accounts.Profile(c.Request().Context(), authn.PrincipalOf(c).UserID)
	if err != nil {
		return gone(err)
	}
	return c.JSON(http.StatusOK, wire.ProfileOf(user))
}

func (h handlers) updateProfile(c echo.Context) error {
	var body profileRequest
	if err := web.Bind(c, &body); err != nil {
		return err
	}
	user, err := h.accounts.UpdateProfile(c.Request().Context(), authn.PrincipalOf(c).UserID, account.ProfileChange{
		Name: body.Name, Company: patched(body.Company), Phone: patched(body.Phone), Address: patched(body.Address),
	})
	if err != nil {
		return gone(err)
	}
	return c.JSON(http.StatusOK, wire.ProfileOf(user))
}

// patched is the value that a merge patch gives a field (RFC 7396): null clears it, absence leaves it.
func patched(n web.Nullable[string]) *string {
	if !n.Set {
		return nil
	}
	return &n.Value
}
