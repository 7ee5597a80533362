package httpapi

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"crm.example/pkg/events"
)

func (h handlers) count(c echo.Context) error {
	n, err := h.desk.Count(c.Request().Context(), actorOf(c))
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, events.TicketCounts(n))
}
