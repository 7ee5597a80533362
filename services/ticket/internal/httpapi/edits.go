package httpapi

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"crm.example/pkg/events"
	"crm.example/pkg/problem"
	"crm.example/pkg/web"
	"crm.example/services/ticket/internal/ticket"
	"crm.example/services/ticket/internal/wire"
)

type ticketEdit struct {
	Message  *string `json:"message" validate:"omitempty,text,max=10000"`
	Subject  *string `json:"subject" validate:"omitempty,line,max=100"`
	Priority *string `json:"priority" validate:"omitempty,oneof=low normal high urgent"`
	LastSeq  *int    `json:"lastSeq" validate:"omitempty,min=1"`
}

func (h handlers) edit(c echo.Context) error {
	id, err := web.PathID(c, "id")
	if err != nil {
		return err
	}
	edit, err := readEdit(c)
	if err != nil {
		return err
	}
	edited, err := h.desk.Edit(c.Request().Context(), actorOf(c), id, edit)
	if err != nil {
		return moved(err)
	}
	return h.answer(c, http.StatusOK, edited)
}

// moved shows the messages that the author of an edit has missed.
func moved(err error) error {
	var m *ticket.Moved
	if !errors.As(err, &m) {
		return err
	}
	missed := make([]events.ConversationMessage, len(m.Missed))
	for i, message := range m.Missed {
		missed[i] = wire.MessageOf(message)
	}
	return &problem.Error{Code: problem.ConversationMoved, Detail: "Others have written after the message that lastSeq names; params.missed has what", Params: map[string]any{"missed": missed}}
}

func readEdit(c echo.Context) (ticket.Edit, error) {
	var body ticketEdit
	if err := web.Bind(c, &body); err != nil {
		return ticket.Edit{}, err
	}
	if body.Message == nil && body.Subject == nil && body.Priority == nil {
		return ticket.Edit{}, errEmptyEdit
	}
	key, err := web.IdempotencyKey(c)
	if err != nil {
		return ticket.Edit{}, err
	}
	of, err := web.IfMatch(c)
	return ticket.Edit{Message: body.Message, Subject: body.Subject, Priority: (*ticket.Priority)(body.Priority), Key: key, LastSeq: body.LastSeq, Of: of}, err
}

var errEmptyEdit = problem.NewInvalid(problem.Field{
	Pointer: "", Code: problem.Required, Message: "Give at least one of message, subject and priority",
})
