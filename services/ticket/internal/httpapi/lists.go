package httpapi

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"
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

// The longest texts that are looked for, in code points.
const (
	longestSearch = 100
	longestTag    = 30
)

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

// What everybody may send, and what agents may besides.
var (
	everybodys = []string{"status", "q", "limit", "cursor"}
	agents     = append([]string{"view", "assignee", "tag", "priority", "client"}, everybodys...)
)

func readListing(c echo.Context) (l listing, err error) {
	scope, err := ticket.Permit(actorOf(c), ticket.ToList)
	if err != nil {
		return listing{}, err
	}
	allowed := everybodys
	if scope == (ticket.Scope{}) {
		allowed = agents
	}
	params, err := web.Query(c, allowed...)
	if err != nil {
		return listing{}, err
	}
	for _, read := range []func(map[string]string, *ticket.Query) error{readFilter, readSearch, readView, readDesk, readLimit} {
		if err := read(params, &l.query); err != nil {
			return listing{}, err
		}
	}
	l.binding = bindingOf(params, scope)
	if text, given := params["cursor"]; given {
		l.query.After, err = parseCursor(text, l.binding)
	}
	return l, err
}

// bindingOf is the whole query but for limit and cursor, and who asked.
func bindingOf(params map[string]string, scope ticket.Scope) string {
	filters := url.Values{"": {scope.ClientID}}
	for name, value := range params {
		if name != "limit" && name != "cursor" {
			filters.Set(name, value)
		}
	}
	return filters.Encode()
}

func readFilter(params map[string]string, q *ticket.Query) error {
	text, given := params["status"]
	if !given {
		return nil
	}
	switch q.Filter = ticket.Filter(text); q.Filter {
	case ticket.NotClosed, ticket.Filter(ticket.PendingAgent), ticket.Filter(ticket.PendingClient), ticket.Filter(ticket.Closed):
		return nil
	default:
		return problem.New(problem.UnknownParameter, "status is open, pending-agent, pending-client or closed")
	}
}

func readSearch(params map[string]string, q *ticket.Query) error {
	text, given := params["q"]
	q.Search = ticket.SearchFor(text)
	if given && (!utf8.ValidString(text) || utf8.RuneCountInString(text) > longestSearch || q.Search.IsZero()) {
		return problem.New(problem.UnknownParameter, "q is a text of at most 100 characters with a letter or a digit in it")
	}
	return nil
}

func readView(params map[string]string, q *ticket.Query) error {
	text, given := params["view"]
	q.View = ticket.View(text)
	if given && !slices.Contains(ticket.Views, q.View) {
		return problem.New(problem.UnknownParameter, "view is mine, unassigned, waiting, snoozed or closed")
	}
	if _, two := params["assignee"]; two && (q.View == ticket.Mine || q.View == ticket.Unassigned) {
		return problem.New(problem.UnknownParameter, "The view "+text+" says whose the tickets are; leave assignee out")
	}
	return nil
}

// readDesk reads what else only agents may send.
func readDesk(params map[string]string, q *ticket.Query) (err error) {
	if q.Assignee, err = readID(params, "assignee"); err != nil {
		return err
	}
	if q.Client, err = readID(params, "client"); err != nil {
		return err
	}
	tag, given := params["tag"]
	if q.Tag = strings.ToLower(strings.TrimSpace(tag)); given && (q.Tag == "" || !utf8.ValidString(tag) || utf8.RuneCountInString(q.Tag) > longestTag) {
		return problem.New(problem.UnknownParameter, "tag is a text of 1 to 30 characters")
	}
	priority, given := params["priority"]
	if q.Priority = ticket.Priority(priority); given && !slices.Contains(ticket.Priorities, q.Priority) {
		return problem.New(problem.UnknownParameter, "priority is low, normal, high or urgent")
	}
	return nil
}

func readID(params map[string]string, name string) (string, error) {
	text, given := params[name]
	id, err := uuid.Parse(text)
	if given && (err != nil || id.String() != text) {
		return "", problem.New(problem.UnknownParameter, name+" is an id")
	}
	return text, nil
}

func readLimit(params map[string]string, q *ticket.Query) error {
	text, given := params["limit"]
	if !given {
		q.Limit = usualLimit
		return nil
	}
	limit, err := strconv.Atoi(text)
	if err != nil || strconv.Itoa(limit) != text || limit < 1 || limit > mostLimit {
		return problem.New(problem.UnknownParameter, "limit is a number from 1 to 100")
	}
	q.Limit = limit
	return nil
}
