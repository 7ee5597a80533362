package httpapi

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"crm.example/pkg/authn"
	"crm.example/pkg/web"
	"crm.example/services/auth/internal/account"
)

type resetRequest struct {
	Email string `json:"email" validate:"required,email"`
}

type resetResponse struct {
	Message string `json:"message"`
}

type newPasswordRequest struct {
	Email       string `json:"email" validate:"required,email"`
	PIN         string `json:"pin" validate:"required"`
	NewPassword string `json:"newPassword" validate:"required,password"`
}

type passwordRequest struct {
	Password    string `json:"password" validate:"required"`
	NewPassword string `json:"newPassword" validate:"required,password"`
}

// resetRequested is the same for everybody, so that it does not tell who has an account.
var resetRequested = resetResponse{Message: "If this email has an account, we send a PIN to it. The PIN is valid for 10 minutes."}

func (h handlers) requestReset(c echo.Context) error {
	var body resetRequest
	if err := web.Bind(c, &body); err != nil {
		return err
	}
	if err := h.accounts.RequestReset(c.Request().Context(), addressOf(c), body.Email); err != nil {
		return err
	}
	return c.JSON(http.StatusAccepted, resetRequested)
}

func (h handlers) resetPassword(c echo.Context) error {
	var body newPasswordRequest
	if err := web.Bind(c, &body); err != nil {
		return h.withRules(err, body.Email, "/newPassword", body.NewPassword)
	}
	if err := h.accounts.ResetPassword(c.Request().Context(), addressOf(c), account.Reset(body)); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// changePassword answers like a login: the session that asked has ended with all others.
func (h handlers) changePassword(c echo.Context) error {
	var body passwordRequest
	if err := web.Bind(c, &body); err != nil {
		return err
	}
	userID := authn.PrincipalOf(c).UserID
	tokens, err := h.accounts.ChangePassword(c.Request().Context(), addressOf(c), userID, account.PasswordChange(body))
	if err != nil {
		return gone(err)
	}
	return answerTokens(c, tokens)
}
