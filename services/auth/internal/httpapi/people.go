package httpapi

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"crm.example/pkg/events"
	"crm.example/pkg/web"
	"crm.example/services/auth/internal/wire"
)

func (h handlers) agents(c echo.Context) error {
	agents, err := h.accounts.ListAgents(c.Request().Context())
	if err != nil {
		return err
	}
	answer := struct {
		Items []events.User `json:"items"`
	}{make([]events.User, len(agents))}
	for i, u := range agents {
		answer.Items[i] = wire.ProfileOf(u).User
	}
	return c.JSON(http.StatusOK, answer)
}

func (h handlers) client(c echo.Context) error {
	id, err := web.PathID(c, "id")
	if err != nil {
		return err
	}
	client, err := h.accounts.Client(c.Request().Context(), id)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, wire.ProfileOf(client))
}
