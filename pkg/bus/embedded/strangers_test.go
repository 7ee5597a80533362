package embedded_test

import (
	"testing"

	"github.com/nats-io/nats.go"

	"crm.example/pkg/bus/embedded"
	"crm.example/pkg/bus/strangertest"
	"crm.example/pkg/testenv"
)

func TestStrangers(t *testing.T) {
	t.Parallel()
	strangertest.Run(t, func(t *testing.T) strangertest.Server {
		s := start(t, t.TempDir(), "127.0.0.1:0")
		own, err := s.Connect()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(own.Close)
		return strangertest.Server{
			Owner:    func(*testing.T, string) *nats.Conn { return own },
			Stranger: func(t *testing.T, options ...nats.Option) *nats.Conn { return aStranger(t, s, options...) },
		}
	})
}

// aStranger is somebody on the port without credentials.
func aStranger(t *testing.T, s *embedded.Server, options ...nats.Option) *nats.Conn {
	t.Helper()
	conn := testenv.Connect(t, s.URL(), options...)
	return conn
}
