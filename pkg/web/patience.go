package web

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"crm.example/pkg/problem"
)

// TimeoutHeader says for how many milliseconds from now the gateway waits for the beginning of the answer.
const TimeoutHeader = "X-Request-Timeout-Ms"

// maxTimeout is the longest value of the header that is accepted, in milliseconds.
const maxTimeout = 3_600_000

type patientKey struct{}

// heedTimeout ends the request's context when nobody waits for the answer any more. The failure that follows becomes
// unavailable, which the gateway has already told the client. It trusts every peer, since a peer can only
// shorten its own request, as it can by disconnecting.
func heedTimeout(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		wait, err := strconv.Atoi(r.Header.Get(TimeoutHeader))
		if err != nil || wait <= 0 || wait > maxTimeout {
			return next(c)
		}
		ctx, cancel := context.WithTimeout(r.Context(), time.Duration(wait)*time.Millisecond)
		defer cancel()
		c.SetRequest(r.WithContext(context.WithValue(ctx, patientKey{}, r.Context())))
		err = next(c)
		var p *problem.Error
		if err != nil && !errors.As(err, &p) && errors.Is(ctx.Err(), context.DeadlineExceeded) {
			return problem.NewUnavailable(err)
		}
		return err
	}
}
