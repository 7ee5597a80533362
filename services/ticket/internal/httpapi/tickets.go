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

	FollowUpOf *string `json:"followUpOf" validate:"omitempty,id"`
}

// clientsTicket is a ticket that an agent opens for a client.
type clientsTicket struct {
	Subject  string  `json:"subject" validate:"required,line,max=100"`
	Message  string  `json:"message" validate:"required,text,max=10000"`
	Priority *string `json:"priority" validate:"omitempty,oneof=low normal high urgent"`
	ClientID string  `json:"clientId" validate:"required,id"`

	FollowUpOf *string `json:"followUpOf" validate:"omitempty,id"`
}

func (h handlers) open(c echo.Context) error {
	body, err := bindOpening(c)
	if err != nil {
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
	if body.FollowUpOf != nil {
		draft.FollowUpOf = *body.FollowUpOf
	}
	opened, err := h.openOrOpenFor(c, body.ClientID, draft)
	if err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderLocation, "/v1/ticket/"+opened.ID)
	return h.answer(c, http.StatusCreated, opened)
}

// bindOpening reads what the role may say: to a client there is no clientId.
func bindOpening(c echo.Context) (body clientsTicket, err error) {
	if actorOf(c).Role.Answers() {
		return body, web.Bind(c, &body)
	}
	var own newTicket
	err = web.Bind(c, &own)
	return clientsTicket{Subject: own.Subject, Message: own.Message, Priority: own.Priority, FollowUpOf: own.FollowUpOf}, err
}

func (h handlers) openOrOpenFor(c echo.Context, clientID string, draft ticket.Draft) (ticket.Ticket, error) {
	if clientID != "" {
		return h.desk.OpenFor(c.Request().Context(), actorOf(c), clientID, draft)
	}
	return h.desk.Open(c.Request().Context(), actorOf(c), draft)
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
	return h.answer(c, http.StatusOK, found)
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
	return h.answer(c, http.StatusOK, closed)
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

// answer is a ticket whole as who asks may see it, with its version as ETag.
func (h handlers) answer(c echo.Context, status int, t ticket.Ticket) error {
	who := actorOf(c)
	var names map[string]string
	if who.Role.Answers() {
		names = h.desk.Names(c.Request().Context(), t)
	}
	web.SetVersion(c, t.Version)
	return c.JSON(status, wire.WholeFor(who.Role, t, h.desk.Allowed(who, t), names))
}
