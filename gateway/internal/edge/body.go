package edge

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"os"
	"time"

	"crm.example/pkg/problem"
	"crm.example/pkg/web"
)

var (
	errBodyTooLarge = problem.New(problem.BodyTooLarge, "At most 128 KiB")
	errBodyTooSlow  = problem.New(problem.MalformedRequest, "The body did not arrive in time")
	errBodyCutOff   = problem.New(problem.MalformedRequest, "The body is not as long as announced, or its chunks cannot be read")
)

// readBody reads the complete body, at most to the limit and at most for patience. So a body that is too
// long, too slow or cut off costs no service anything, a slow client holds none of their connections, and
// the body can be sent again.
func readBody(w http.ResponseWriter, r *http.Request, patience time.Duration) ([]byte, error) {
	if r.ContentLength > web.BodyLimit {
		return nil, errBodyTooLarge
	}
	deadline := http.NewResponseController(w) // tests without a connection have no deadline
	if r.ContentLength == 0 {
		_ = deadline.SetReadDeadline(time.Time{}) // the server's own would end a long answer
		return nil, nil
	}
	_ = deadline.SetReadDeadline(time.Now().Add(patience))
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, web.BodyLimit))
	var tooLarge *http.MaxBytesError
	switch {
	case err == nil:
		_ = deadline.SetReadDeadline(time.Time{})
		return body, nil
	case errors.As(err, &tooLarge):
		return nil, errBodyTooLarge
	case errors.Is(err, os.ErrDeadlineExceeded):
		return nil, errBodyTooSlow
	default:
		return nil, errBodyCutOff
	}
}

// setBody gives the request a body of known length that can be read again from its start.
func setBody(r *http.Request, body []byte) {
	r.ContentLength = int64(len(body))
	r.Body, r.GetBody = http.NoBody, nil
	if len(body) > 0 {
		r.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
		r.Body, _ = r.GetBody()
	}
}
