package streams

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// unfit says in a sentence why a stream cannot have its settings until somebody changes a setting or the server.
type unfit string

func (u unfit) Error() string { return string(u) }

// noStorage is the only code with status 503 that does not go away by itself. noSpace is the code of a server whose disk had too
// little free space when it started: it promises streams at most three quarters of that space.
const (
	noStorage jetstream.ErrorCode = 10023
	noSpace   jetstream.ErrorCode = 10047
)

// explain returns an unfit if the server refuses the settings, and not if it is away, starting or electing a leader.
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

// denied tells whether a request without an answer was refused: NATS reports that to the connection, not to the request.
func denied(conn *nats.Conn, stream string) bool {
	err := conn.LastError()
	if !errors.Is(err, nats.ErrPermissionViolation) {
		return false
	}
	text := strings.ToLower(err.Error())
	return strings.Contains(text, ".stream.") && strings.Contains(text, strings.ToLower("."+stream+`"`))
}
