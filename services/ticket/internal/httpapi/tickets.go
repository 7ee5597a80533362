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
	return answer(c, http.StatusCreated, opened)
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
	return answer(c, http.StatusOK, found)
}

func (h handlers) close(c echo.Context) error {
	id, err := web.PathID(c, "id")
	if err != nil {
		return err
	}
	of, err := web.IfMatch(c)
	if err != nil {
		return err
	}
	closed, err := h.desk.Close(c.Request().Context(), actorOf(c), id, of)
	if err != nil {
		return err
	}
	return answer(c, http.StatusOK, closed)
}

func (h handlers) delete(c echo.Context) error {
	id, err := web.PathID(c, "id")
	if err != nil {
		return err
	}
	of, err := web.IfMatch(c)
	if err != nil {
		return err
	}
	if err := h.desk.Delete(c.Request().Context(), actorOf(c), id, of); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// answer is a ticket whole, with its version as ETag.
func answer(c echo.Context, status int, t ticket.Ticket) error {
	web.SetVersion(c, t.Version)
	return c.JSON(status, wire.WholeFor(actorOf(c).Role, t))
}
