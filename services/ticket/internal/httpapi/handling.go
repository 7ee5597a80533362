package httpapi

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"crm.example/pkg/problem"
	"crm.example/pkg/web"
	"crm.example/services/ticket/internal/ticket"
)

type ticketHandling struct {
	AssigneeID   web.Nullable[string]    `json:"assigneeId" validate:"id"`
	AddTags      *[]string               `json:"addTags" validate:"omitempty,max=10,dive,line,max=30"`
	RemoveTags   *[]string               `json:"removeTags" validate:"omitempty,max=10,dive,line,max=30"`
	SnoozedUntil web.Nullable[time.Time] `json:"snoozedUntil"`
}

func (h handlers) handle(c echo.Context) error {
	id, err := web.PathID(c, "id")
	if err != nil {
		return err
	}
	asked, err := readHandling(c)
	if err != nil {
		return err
	}
	handled, err := h.desk.Handle(c.Request().Context(), actorOf(c), id, asked)
	if err != nil {
		return err
	}
	return h.answer(c, http.StatusOK, handled)
}

func readHandling(c echo.Context) (asked ticket.Handling, err error) {
	var body ticketHandling
	if err := web.Bind(c, &body); err != nil {
		return asked, err
	}
	if !body.AssigneeID.Set && body.AddTags == nil && body.RemoveTags == nil && !body.SnoozedUntil.Set {
		return asked, errEmptyHandling
	}
	if body.AssigneeID.Set {
		asked.Assignee = &ticket.Assignee{ID: body.AssigneeID.Value}
	}
	if body.AddTags != nil {
		asked.AddTags = *body.AddTags
	}
	if body.RemoveTags != nil {
		asked.RemoveTags = *body.RemoveTags
	}
	if body.SnoozedUntil.Set {
		asked.SnoozedUntil = &body.SnoozedUntil.Value
	}
	asked.Of, err = web.IfMatch(c)
	return asked, err
}

var errEmptyHandling = problem.NewInvalid(problem.Field{
	Pointer: "", Code: problem.Required, Message: "Give at least one of assigneeId, addTags, removeTags and snoozedUntil",
})
