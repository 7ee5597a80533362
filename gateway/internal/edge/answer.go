package edge

import (
	"net/http"
	"time"
)

// writePatience is how long a client may take to accept one piece of an answer. It begins again with each
// piece. So a stream may last for ever, but a client that does not read is disconnected.
const writePatience = 30 * time.Second

// answer counts the bytes and sets the headers of every answer at the last moment, so that nobody behind the edge
// can remove them.
type answer struct {
	http.ResponseWriter
	dress   func(http.Header)
	patient *http.ResponseController
	status  int // 0 until the headers are sent
	bytes   int64
	late    http.Header
	outlast func() (record func(bytes int64, whole, left bool)) // lets the answer last longer than its handler
}

func newAnswer(w http.ResponseWriter, dress func(http.Header)) *answer {
	return &answer{ResponseWriter: w, dress: dress, patient: http.NewResponseController(w)}
}

// Header returns a copy after the headers are sent: trailers are not passed on.
func (a *answer) Header() http.Header {
	if a.status != 0 {
		return a.late
	}
	return a.ResponseWriter.Header()
}

// WriteHeader does not pass on informational answers (1xx).
func (a *answer) WriteHeader(status int) {
	if a.status != 0 || status < 200 {
		return
	}
	a.dress(a.ResponseWriter.Header())
	a.status, a.late = status, http.Header{}
	a.wait()
	a.ResponseWriter.WriteHeader(status)
}

func (a *answer) Write(piece []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	a.wait()
	n, err := a.ResponseWriter.Write(piece)
	a.bytes += int64(n)
	return n, err
}

// FlushError sends what is buffered; http.ResponseController finds it.
func (a *answer) FlushError() error {
	a.WriteHeader(http.StatusOK)
	a.wait()
	return a.patient.Flush()
}

// Unwrap gives http.ResponseController the connection's deadlines.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }

func (a *answer) wait() { _ = a.patient.SetWriteDeadline(time.Now().Add(writePatience)) }
