package streams

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// unfit is a sentence on what keeps a stream from being as it must be, until somebody changes a setting or the server.
type unfit string

func (u unfit) Error() string { return string(u) }

// noStorage is the one answer 503 of a server that is not on its way to be well by itself; noSpace is that of one whose disk had
// too little free space when it started: it promises streams no more than three quarters of it.
const (
	noStorage jetstream.ErrorCode = 10023
	noSpace   jetstream.ErrorCode = 10047
)

// explain tells a server that refuses, which is an unfit, from one that is away, starting or electing a leader.
func explain(conn *nats.Conn, stream string, err error) error {
	var answer *jetstream.APIError
	switch {
	case errors.As(err, new(unfit)):
		return err
	case errors.As(err, &answer) && answer.ErrorCode == noSpace:
		return unfit(fmt.Sprintf("NATS has too little free disk space for the stream %s; free some and start NATS again, or set smaller AUTH_STREAM_MAX_BYTES and TICKET_STREAM_MAX_BYTES", stream))
	case errors.As(err, &answer) && (answer.Code != http.StatusServiceUnavailable || answer.ErrorCode == noStorage):
		return unfit(fmt.Sprintf("The stream %s cannot be as it is configured; NATS says: %s", stream, answer.Description))
	case denied(conn, stream):
		return unfit(fmt.Sprintf("The NATS user may not look up, create and update the stream %s", stream))
	}
	return fmt.Errorf("ensure stream %s: %w", stream, err)
}

// denied tells whether silence was a refusal: NATS says that to the connection, not to the request.
func denied(conn *nats.Conn, stream string) bool {
	err := conn.LastError()
	if !errors.Is(err, nats.ErrPermissionViolation) {
		return false
	}
	text := strings.ToLower(err.Error())
	return strings.Contains(text, ".stream.") && strings.Contains(text, strings.ToLower("."+stream+`"`))
}
