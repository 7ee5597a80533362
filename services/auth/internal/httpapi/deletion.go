package httpapi

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"crm.example/pkg/authn"
	"crm.example/pkg/web"
)

type deletionRequest struct {
	Password string `json:"password" validate:"required"`
}

func (h handlers) deleteAccount(c echo.Context) error {
	var body deletionRequest
	if err := web.Bind(c, &body); err != nil {
		return err
	}
	err := h.accounts.DeleteAccount(c.Request().Context(), addressOf(c), authn.PrincipalOf(c).UserID, body.Password)
	if err != nil {
		return gone(err)
	}
	return c.NoContent(http.StatusNoContent)
}
