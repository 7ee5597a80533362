package embedded

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
)

const askFor = 5 * time.Second

// guarded maps what strangers' wishes for a consumer arrive as (server.conf) to JetStream's own subjects.
var guarded = strings.NewReplacer("guard.CREATE.", "$JS.API.CONSUMER.CREATE.", "guard.DURABLE.", "$JS.API.CONSUMER.DURABLE.CREATE.")

// guard lets strangers have consumers that they pull from. A push consumer delivers to any subject with the
// server's own rights: to one that a stream listens on it would forge an event, to $JS.API.… give orders.
func guard(conn *nats.Conn) error {
	_, err := conn.Subscribe("guard.>", func(m *nats.Msg) {
		var wish server.CreateConsumerRequest
		if err := json.Unmarshal(m.Data, &wish); err != nil || wish.Config.DeliverSubject != "" {
			refuse(m)
			return
		}
		if answer, err := ask(conn, guarded.Replace(m.Subject), wish); err == nil {
			_ = m.Respond(answer.Data)
		}
	})
	return err
}

// ask sends on what was read, not the bytes that came.
func ask(conn *nats.Conn, subject string, wish server.CreateConsumerRequest) (*nats.Msg, error) {
	data, err := json.Marshal(wish)
	if err != nil {
		return nil, err
	}
	return conn.Request(subject, data, askFor)
}

func refuse(m *nats.Msg) {
	answer := server.JSApiConsumerCreateResponse{ApiResponse: server.ApiResponse{
		Type:  server.JSApiConsumerCreateResponseType,
		Error: &server.ApiError{Code: 403, Description: "only pull consumers may be created here"},
	}}
	if data, err := json.Marshal(answer); err == nil {
		_ = m.Respond(data)
	}
}
