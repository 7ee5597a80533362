package httpapi

import (
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"crm.example/pkg/events"
	"crm.example/pkg/problem"
	"crm.example/pkg/web"
	"crm.example/services/ticket/internal/ticket"
	"crm.example/services/ticket/internal/wire"
)

// Limits of a page, in tickets.
const (
	usualLimit = 20
	mostLimit  = 100
)

func (h handlers) list(c echo.Context) error {
	asked, err := readListing(c)
	if err != nil {
		return err
	}
	page, err := h.desk.List(c.Request().Context(), actorOf(c), asked.filter, asked.after, asked.limit)
	if err != nil {
		return err
	}
	answer := events.TicketPage{Items: make([]events.Ticket, len(page.Items))}
	for i, item := range page.Items {
		answer.Items[i] = wire.SummaryOf(item)
	}
	if answer.NextCursor, err = cursorOf(page.Next, asked.binding); err != nil {
		return err
	}
	return c.JSON(http.StatusOK, answer)
}

// listing is a read query string. binding is what its cursors are good for.
type listing struct {
	filter  ticket.Filter
	limit   int
	after   *ticket.Position
	binding string
}

func readListing(c echo.Context) (l listing, err error) {
	params, err := web.Query(c, "status", "limit", "cursor")
	if err != nil {
		return listing{}, err
	}
	if l.filter, err = readFilter(params); err != nil {
		return listing{}, err
	}
	if l.limit, err = readLimit(params); err != nil {
		return listing{}, err
	}
	scope, err := ticket.Permit(actorOf(c), ticket.ToList)
	if err != nil {
		return listing{}, err
	}
	l.binding = string(l.filter) + "/" + scope.ClientID
	if text, given := params["cursor"]; given {
		l.after, err = parseCursor(text, l.binding)
	}
	return l, err
}

func readFilter(params map[string]string) (ticket.Filter, error) {
	text, given := params["status"]
	if !given {
		return ticket.AnyStatus, nil
	}
	switch filter := ticket.Filter(text); filter {
	case ticket.NotClosed, ticket.Filter(ticket.PendingAgent), ticket.Filter(ticket.PendingClient), ticket.Filter(ticket.Closed):
		return filter, nil
	default:
		return "", problem.New(problem.UnknownParameter, "status is open, pending-agent, pending-client or closed")
	}
}

func readLimit(params map[string]string) (int, error) {
	text, given := params["limit"]
	if !given {
		return usualLimit, nil
	}
	limit, err := strconv.Atoi(text)
	if err != nil || strconv.Itoa(limit) != text || limit < 1 || limit > mostLimit {
		return 0, problem.New(problem.UnknownParameter, "limit is a number from 1 to 100")
	}
	return limit, nil
}
