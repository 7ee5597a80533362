package httpapi

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"crm.example/pkg/web"
	"crm.example/services/ticket/internal/wire"
)

type newNote struct {
	Message string `json:"message" validate:"required,text,max=10000"`
}

func (h handlers) note(c echo.Context) error {
	id, err := web.PathID(c, "id")
	if err != nil {
		return err
	}
	var body newNote
	if err := web.Bind(c, &body); err != nil {
		return err
	}
	key, err := web.IdempotencyKey(c)
	if err != nil {
		return err
	}
	written, err := h.desk.Note(c.Request().Context(), actorOf(c), id, body.Message, key)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusCreated, wire.NoteOf(written))
}
