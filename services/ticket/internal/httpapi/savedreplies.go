package httpapi

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"crm.example/pkg/web"
	"crm.example/services/ticket/internal/ticket"
	"crm.example/services/ticket/internal/wire"
)

type savedReply struct {
	Name    string `json:"name" validate:"required,line,max=100"`
	Message string `json:"message" validate:"required,text,max=10000"`
}

func (h handlers) savedReplies(c echo.Context) error {
	all, err := h.desk.SavedReplies(c.Request().Context(), actorOf(c))
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, wire.SavedRepliesOf(all))
}

func (h handlers) addSavedReply(c echo.Context) error {
	var body savedReply
	if err := web.Bind(c, &body); err != nil {
		return err
	}
	added, err := h.desk.AddSavedReply(c.Request().Context(), actorOf(c), ticket.SavedReply{Name: body.Name, Text: body.Message})
	if err != nil {
		return err
	}
	return c.JSON(http.StatusCreated, wire.SavedReplyOf(added))
}

func (h handlers) changeSavedReply(c echo.Context) error {
	id, err := web.PathID(c, "id")
	if err != nil {
		return err
	}
	var body savedReply
	if err := web.Bind(c, &body); err != nil {
		return err
	}
	changed := ticket.SavedReply{ID: id, Name: body.Name, Text: body.Message}
	if err := h.desk.ChangeSavedReply(c.Request().Context(), actorOf(c), changed); err != nil {
		return err
	}
	return c.JSON(http.StatusOK, wire.SavedReplyOf(changed))
}

func (h handlers) removeSavedReply(c echo.Context) error {
	id, err := web.PathID(c, "id")
	if err != nil {
		return err
	}
	if err := h.desk.RemoveSavedReply(c.Request().Context(), actorOf(c), id); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}
