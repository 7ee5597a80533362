package httpapi

import (
	"context"
	"io"
	"iter"

	"github.com/labstack/echo/v4"

	"crm.example/pkg/authn"
	"crm.example/pkg/registry"
	"crm.example/pkg/web"
	"crm.example/services/ticket/internal/ticket"
)

// Feed sends a listener the events of the tickets that it may see, in pieces of text/event-stream, until ctx or its token
// ends. lastID is the id of the last event that it has, or "". The problem is unavailable while no events can come.
type Feed interface {
	Listen(ctx context.Context, who ticket.Actor, token registry.Token, lastID string) (iter.Seq[[]byte], error)
}

func (h handlers) listen(c echo.Context) error {
	p := authn.PrincipalOf(c)
	lastID, err := lastEventID(c)
	if err != nil {
		return err
	}
	token := registry.Token{ID: p.TokenID, UserID: p.UserID, Expires: p.Expires}
	stream := web.NewStream(c.Response(), c.Request())
	defer stream.Close()
	pieces, err := h.feed.Listen(stream.Context(), actorOf(c), token, lastID)
	if err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderContentType, "text/event-stream")
	c.Response().Header().Set(echo.HeaderCacheControl, "no-store, no-transform") // otherwise proxies that compress hold events back
	c.Response().Header().Set("X-Accel-Buffering", "no")                         // otherwise nginx holds events back until it has a few KiB
	stream.Last(func(out io.Writer) error {
		for piece := range pieces {
			if _, err := out.Write(piece); err != nil {
				return err // the listener has left
			}
		}
		return nil
	})
	return nil
}

// lastEventID is the value of the header, or of the parameter that event-source-polyfill sends when it comes back.
func lastEventID(c echo.Context) (string, error) {
	params, err := web.Query(c, "lastEventId")
	if sent := c.Request().Header.Get("Last-Event-ID"); sent != "" {
		return sent, err
	}
	return params["lastEventId"], err
}
