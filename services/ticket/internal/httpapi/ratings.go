package httpapi

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"crm.example/pkg/web"
	"crm.example/services/ticket/internal/ticket"
)

type newRating struct {
	Score   *int    `json:"score" validate:"required,min=1,max=5"`
	Comment *string `json:"comment" validate:"omitempty,text,max=1000"`
}

func (h handlers) rate(c echo.Context) error {
	id, err := web.PathID(c, "id")
	if err != nil {
		return err
	}
	var body newRating
	if err := web.Bind(c, &body); err != nil {
		return err
	}
	of, err := web.IfMatch(c)
	if err != nil {
		return err
	}
	rating := ticket.Rating{Score: *body.Score}
	if body.Comment != nil {
		rating.Comment = *body.Comment
	}
	rated, err := h.desk.Rate(c.Request().Context(), actorOf(c), id, rating, of)
	if err != nil {
		return err
	}
	return h.answer(c, http.StatusOK, rated)
}
