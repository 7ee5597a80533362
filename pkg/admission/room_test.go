package admission_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"crm.example/pkg/admission"
	"crm.example/pkg/testenv"
)

// crowded is a server whose account may have 52 consumers, with a stream whose owner authorizes others.
func crowded(t *testing.T) *nats.Conn {
	t.Helper()
	s := testenv.StartNATS(t, t.TempDir(), testenv.FreeAddress(t), func(o *server.Options) {
		if err := o.ProcessConfigString("accounts { A { jetstream: { max_consumers: 52 }, users: [ { user: a, password: p } ] } }"); err != nil {
			t.Fatal(err)
		}
	})
	conn := testenv.Connect(t, s.ClientURL(), nats.UserInfo("a", "p"))
	if err := admission.Authorize(conn, "S"); err != nil {
		t.Fatal(err)
	}
	return conn
}

// The last consumers that there may be are the services' own, and a durable that is there can always be had.
func TestLastConsumersAreTheServices(t *testing.T) {
	t.Parallel()
	conn := crowded(t)
	js := testenv.JetStream(t, conn)
	stream, err := js.CreateStream(t.Context(), jetstream.StreamConfig{Name: "S", Subjects: []string{"s.>"}, Storage: jetstream.MemoryStorage})
	if err != nil {
		t.Fatal(err)
	}
	for _, request := range []struct {
		name, action string
		made         bool
	}{{"first", "", true}, {"second", "create", true}, {"third", "", false}, {"third", "create", false}, {"first", "", true}, {"ticket-erasure", "", true}} {
		body := fmt.Sprintf(`{"stream_name":"S","config":{"durable_name":%q,"ack_policy":"explicit"},"action":%q}`, request.name, request.action)
		m, err := conn.Request("guard.CREATE.S."+request.name, []byte(body), 10*time.Second)
		var answer struct {
			Error *jetstream.APIError `json:"error"`
		}
		if err != nil || json.Unmarshal(m.Data, &answer) != nil || (answer.Error == nil) != request.made {
			t.Errorf("%s %q: %v, %v", request.name, request.action, m, err)
		}
	}
	if _, err := stream.CreateConsumer(t.Context(), jetstream.ConsumerConfig{}); err != nil {
		t.Errorf("the service's own: %v", err)
	}
}
