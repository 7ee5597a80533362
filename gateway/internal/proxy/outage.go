package proxy

import (
	"log/slog"
	"net/http"

	"crm.example/pkg/problem"
	"crm.example/pkg/web"
)

// answerOutage says that the service did not answer: 503 whatever the reason, so that clients keep their
// tokens and try again. If it is the client that left, the connection is cut: an empty 200 would be a lie to
// one that only stopped sending.
func answerOutage(log *slog.Logger, w http.ResponseWriter, r *http.Request, err error) {
	if r.Context().Err() != nil {
		panic(http.ErrAbortHandler)
	}
	log.WarnContext(r.Context(), "service does not answer", "method", r.Method, "path", r.URL.Path, "error", err)
	web.WriteProblem(w, r, problem.NewUnavailable(err))
}
