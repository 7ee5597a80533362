package web

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"crm.example/pkg/problem"
)

// TimeoutHeader says for how many milliseconds from now the gateway waits for the beginning of the answer.
const TimeoutHeader = "X-Request-Timeout-Ms"

// maxTimeout keeps what is believed in the header a plausible length, in milliseconds.
const maxTimeout = 3_600_000

type patientKey struct{}

// heedTimeout ends the request's context when nobody waits for the answer any more, and makes the failure
// that follows unavailable: the caller has long been told so. It believes any peer, since one can only
// shorten its own request, as by hanging up.
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

// piecePatience is how long the reader of a stream may take to accept one piece.
const piecePatience = 30 * time.Second

// Stream makes the answer one that may last for ever: the server's timeouts and the gateway's stop counting,
// each piece written is sent at once and has 30 s to be taken. ctx ends when the client leaves, or with
// ErrClosing as its cause when the server begins to close.
func Stream(c echo.Context) (ctx context.Context, pieces io.Writer) {
	ctx = c.Request().Context()
	if patient, ok := ctx.Value(patientKey{}).(context.Context); ok {
		ctx = patient
	}
	ctx, end := context.WithCancelCause(ctx)
	forget := context.AfterFunc(Closing(ctx), func() { end(ErrClosing) })
	context.AfterFunc(ctx, func() { forget() }) // the request's own end, at the latest
	return ctx, stream{c.Response(), http.NewResponseController(c.Response())}
}

// ErrClosing is why a stream ends that its client has not left.
var ErrClosing = errors.New("the server is closing")

type stream struct {
	answer  io.Writer
	patient *http.ResponseController
}

func (s stream) Write(piece []byte) (int, error) {
	_ = s.patient.SetWriteDeadline(time.Now().Add(piecePatience))
	n, err := s.answer.Write(piece)
	if err != nil {
		return n, err
	}
	return n, s.patient.Flush()
}
