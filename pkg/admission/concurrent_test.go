package admission_test

import (
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"

	"crm.example/pkg/admission"
	"crm.example/pkg/testenv"
)

// half is a connection to a server on which JetStream makes every consumer but one of the name `stuck`, which it leaves
// without an answer.
func half(t *testing.T) *nats.Conn {
	t.Helper()
	s := testenv.StartNATS(t, t.TempDir(), testenv.FreeAddress(t), func(o *server.Options) { o.JetStream = false })
	conn := testenv.Connect(t, s.ClientURL())
	if _, err := conn.Subscribe("$JS.API.>", func(m *nats.Msg) {
		if !strings.HasSuffix(m.Subject, ".stuck") {
			_ = m.Respond([]byte("{}"))
		}
	}); err != nil {
		t.Fatal(err)
	}
	return conn
}

// A few requests that hang hold up no other one.
func TestRequestsDoNotWaitForEachOther(t *testing.T) {
	t.Parallel()
	conn := half(t)
	if err := admission.Authorize(conn, "S"); err != nil {
		t.Fatal(err)
	}
	answers, err := conn.SubscribeSync("answers.*")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"stuck", "stuck", "stuck", "quick"} {
		if err := conn.PublishRequest("guard.CREATE.S."+name, "answers."+name, []byte(`{"stream_name":"S","config":{}}`)); err != nil {
			t.Fatal(err)
		}
	}
	if m, err := answers.NextMsg(20 * time.Second); err != nil || m.Subject != "answers.quick" {
		t.Errorf("%v, %v came first", m, err)
	}
}
