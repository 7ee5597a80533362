package httpapi

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"crm.example/pkg/problem"
	"crm.example/pkg/web"
	"crm.example/services/ticket/internal/wire"
)

// mostDays are those of three months.
const mostDays = 92

func (h handlers) report(c echo.Context) error {
	from, to, err := readDays(c)
	if err != nil {
		return err
	}
	r, err := h.desk.Report(c.Request().Context(), actorOf(c), from, to)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, wire.ReportOf(r))
}

// readDays reads the first and the last day; the end is the midnight after that.
func readDays(c echo.Context) (from, end time.Time, err error) {
	params, err := web.Query(c, "from", "to")
	if err != nil {
		return from, end, err
	}
	from, wrong := time.Parse(time.DateOnly, params["from"])
	last, alsoWrong := time.Parse(time.DateOnly, params["to"])
	end = last.AddDate(0, 0, 1)
	if days := end.Sub(from).Hours() / 24; wrong != nil || alsoWrong != nil || days < 1 || days > mostDays {
		return from, end, problem.New(problem.UnknownParameter, "from and to are dates such as 2026-01-31, at most 92 days, in this order")
	}
	return from, end, nil
}
