package proxy

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"

	"crm.example/pkg/problem"
	"crm.example/pkg/web"
)

// answerOther answers in the cases in which ReverseProxy must not copy the answer: a stream, or an outage.
func answerOther(log *slog.Logger, w http.ResponseWriter, r *http.Request, err error) {
	var l *lasting
	if stream, ok := r.Context().Value(streamKey{}).(*web.Stream); ok && errors.As(err, &l) {
		l.passOn(w, stream)
		return
	}
	answerOutage(log, w, r, err)
}

// answerOutage says that the service did not answer: 503 for every reason, so that clients keep their
// tokens and try again. If the client left, the connection is cut: perhaps the client only stopped sending, and an
// empty 200 would be wrong.
func answerOutage(log *slog.Logger, w http.ResponseWriter, r *http.Request, err error) {
	if r.Context().Err() != nil {
		panic(http.ErrAbortHandler)
	}
	log.WarnContext(r.Context(), "service does not answer", "method", r.Method, "path", r.URL.Path, "error", err)
	web.WriteProblem(w, r, problem.NewUnavailable(err))
}

// checkOutage treats a 502, 503 or 504 of something between gateway and service as an outage. A 503 of the
// service itself is a problem already and says more.
func checkOutage(res *http.Response) error {
	switch res.StatusCode {
	case http.StatusServiceUnavailable:
		if res.Header.Get("Content-Type") == "application/problem+json" {
			if res.Header.Get("Retry-After") == "" {
				res.Header.Set("Retry-After", "1")
			}
			return nil
		}
	case http.StatusBadGateway, http.StatusGatewayTimeout:
	default:
		return nil
	}
	return fmt.Errorf("it answers %s", res.Status)
}
