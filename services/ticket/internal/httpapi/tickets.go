package httpapi

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"crm.example/pkg/web"
	"crm.example/services/ticket/internal/ticket"
	"crm.example/services/ticket/internal/wire"
)

type newTicket struct {
	Subject  string  `json:"subject" validate:"required,line,max=100"`
	Message  string  `json:"message" validate:"required,text,max=10000"`
	Priority *string `json:"priority" validate:"omitempty,oneof=low normal high urgent"`
}

func (h handlers) open(c echo.Context) error {
	var body newTicket
	if err := web.Bind(c, &body); err != nil {
		return err
	}
	key, err := web.IdempotencyKey(c)
	if err != nil {
		return err
	}
	draft := ticket.Draft{Subject: body.Subject, Message: body.Message, Key: key}
	if body.Priority != nil {
		draft.Priority = ticket.Priority(*body.Priority)
	}
	opened, err := h.desk.Open(c.Request().Context(), actorOf(c), draft)
	if err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderLocation, "/v1/ticket/"+opened.ID)
	return c.JSON(http.StatusCreated, wire.WholeOf(opened))
}

func (h handlers) read(c echo.Context) error {
	id, err := web.PathID(c, "id")
	if err != nil {
		return err
	}
	found, err := h.desk.Read(c.Request().Context(), actorOf(c), id)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, wire.WholeOf(found))
}

func (h handlers) close(c echo.Context) error {
	id, err := web.PathID(c, "id")
	if err != nil {
		return err
	}
	closed, err := h.desk.Close(c.Request().Context(), actorOf(c), id)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, wire.WholeOf(closed))
}

func (h handlers) delete(c echo.Context) error {
	id, err := web.PathID(c, "id")
	if err != nil {
		return err
	}
	if err := h.desk.Delete(c.Request().Context(), actorOf(c), id); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}
