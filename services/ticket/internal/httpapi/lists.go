package httpapi

import (
	"net/http"
	"strconv"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

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

// longestSearch is in code points.
const longestSearch = 100

func (h handlers) list(c echo.Context) error {
	asked, err := readListing(c)
	if err != nil {
		return err
	}
	page, err := h.desk.List(c.Request().Context(), actorOf(c), asked.query)
	if err != nil {
		return err
	}
	answer := ticketPage{Items: make([]any, len(page.Items))}
	for i, item := range page.Items {
		answer.Items[i] = wire.SummaryFor(actorOf(c).Role, item)
	}
	if answer.NextCursor, err = cursorOf(page.Next, asked.binding); err != nil {
		return err
	}
	return c.JSON(http.StatusOK, answer)
}

// ticketPage is an events.TicketPage as who asks may see it.
type ticketPage struct {
	Items      []any   `json:"items"`
	NextCursor *string `json:"nextCursor"`
}

// listing is a read query string. binding is what its cursors are good for.
type listing struct {
	query   ticket.Query
	binding string
}

func readListing(c echo.Context) (l listing, err error) {
	params, err := web.Query(c, "status", "q", "limit", "cursor")
	if err != nil {
		return listing{}, err
	}
	if l.query.Filter, err = readFilter(params); err != nil {
		return listing{}, err
	}
	if l.query.Search, err = readSearch(params); err != nil {
		return listing{}, err
	}
	if l.query.Limit, err = readLimit(params); err != nil {
		return listing{}, err
	}
	scope, err := ticket.Permit(actorOf(c), ticket.ToList)
	if err != nil {
		return listing{}, err
	}
	l.binding = string(l.query.Filter) + "/" + scope.ClientID
	if q, given := params["q"]; given {
		l.binding += "/" + q
	}
	if text, given := params["cursor"]; given {
		l.query.After, err = parseCursor(text, l.binding)
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

func readSearch(params map[string]string) (ticket.Search, error) {
	text, given := params["q"]
	search := ticket.SearchFor(text)
	if given && (!utf8.ValidString(text) || utf8.RuneCountInString(text) > longestSearch || search.IsZero()) {
		return search, problem.New(problem.UnknownParameter, "q is a text of at most 100 characters with a letter or a digit in it")
	}
	return search, nil
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
