package httpapi

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"crm.example/pkg/problem"
	"crm.example/pkg/web"
	"crm.example/services/ticket/internal/ticket"
)

type ticketEdit struct {
	Message  *string `json:"message" validate:"omitempty,text,max=10000"`
	Subject  *string `json:"subject" validate:"omitempty,line,max=100"`
	Priority *string `json:"priority" validate:"omitempty,oneof=low normal high urgent"`
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
		return err
	}
	return answer(c, http.StatusOK, edited)
}

func readEdit(c echo.Context) (ticket.Edit, error) {
	var body ticketEdit
	if err := web.Bind(c, &body); err != nil {
		return ticket.Edit{}, err
	}
	if body == (ticketEdit{}) {
		return ticket.Edit{}, errEmptyEdit
	}
	key, err := web.IdempotencyKey(c)
	if err != nil {
		return ticket.Edit{}, err
	}
	of, err := web.IfMatch(c)
	return ticket.Edit{Message: body.Message, Subject: body.Subject, Priority: (*ticket.Priority)(body.Priority), Key: key, Of: of}, err
}

var errEmptyEdit = problem.NewInvalid(problem.Field{
	Pointer: "", Code: problem.Required, Message: "Give at least one of message, subject and priority",
})
