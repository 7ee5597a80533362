package embedded

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
)

const (
	askFor  = 5 * time.Second
	maxWish = 16 << 10 // in bytes: metadata and filters are kept in memory and on disk for as long as the consumer
)

// guarded maps what strangers' wishes for a consumer arrive as (server.conf) to JetStream's own subjects.
var guarded = strings.NewReplacer("guard.CREATE.", "$JS.API.CONSUMER.CREATE.", "guard.DURABLE.", "$JS.API.CONSUMER.DURABLE.CREATE.")

// guard lets strangers have consumers that they pull from. A push consumer delivers to any subject with the
// server's own rights: to one that a stream listens on it would forge an event, to $JS.API.… give orders.
func guard(conn *nats.Conn) error {
	_, err := conn.Subscribe("guard.>", func(m *nats.Msg) {
		wish, ok := admit(m.Data)
		if !ok {
			refuse(m)
			return
		}
		if answer, err := conn.Request(guarded.Replace(m.Subject), wish, askFor); err == nil {
			_ = m.Respond(answer.Data)
		}
	})
	return err
}

// admit returns what it has read of a wish for a consumer, not the bytes that came: those may read otherwise to others.
func admit(data []byte) (wish []byte, ok bool) {
	if len(data) > maxWish {
		return nil, false
	}
	var request server.CreateConsumerRequest
	if err := json.Unmarshal(data, &request); err != nil || request.Config.DeliverSubject != "" {
		return nil, false
	}
	wish, err := json.Marshal(request)
	return wish, err == nil
}

func refuse(m *nats.Msg) {
	answer := server.JSApiConsumerCreateResponse{ApiResponse: server.ApiResponse{
		Type:  server.JSApiConsumerCreateResponseType,
		Error: &server.ApiError{Code: 403, Description: "only pull consumers may be created here, in 16 KiB"},
	}}
	if data, err := json.Marshal(answer); err == nil {
		_ = m.Respond(data)
	}
}
