package embedded

import (
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/nats-io/nats-server/v2/server"
)

// healEvery is how long a stream whose disk was full may take to accept events again when there is room.
const healEvery = 2 * time.Second

// heal opens JetStream anew when a stream could not write, until stop is closed: nats-server refuses everything
// to such a stream for good, and no other server is there to take over. Consumers see a pause and nothing else.
func (s *Server) heal(dir string, log *slog.Logger, stop <-chan struct{}) {
	tick := time.NewTicker(healEvery)
	defer tick.Stop()
	for {
		select {
		case <-stop:
			return
		case <-tick.C:
		}
		if s.cannotWrite() && room(dir) {
			if err := s.reopen(dir); err != nil {
				log.Error("NATS: there is room again, but JetStream cannot be opened anew; trying again", "error", err)
				continue
			}
			log.Warn("NATS: a stream could not write; there is room again, and JetStream was opened anew")
		}
	}
}

func (s *Server) cannotWrite() bool {
	health := s.nats.Healthz(&server.HealthzOptions{Details: true})
	for _, fault := range health.Errors {
		if fault.Type == server.HealthzErrorStream && strings.Contains(fault.Error, "write error") {
			return true
		}
	}
	return !s.nats.JetStreamEnabled() // a reopen went wrong half-way
}

func (s *Server) reopen(dir string) error {
	if err := s.nats.ShutdownJetStream(); err != nil {
		return err
	}
	return s.nats.EnableJetStream(&server.JetStreamConfig{StoreDir: dir})
}

// room tells whether the disk takes more than the largest message.
func room(dir string) bool {
	file, err := os.CreateTemp(dir, ".room-*")
	if err != nil {
		return false
	}
	defer func() { _ = os.Remove(file.Name()) }()
	_, err = file.Write(make([]byte, 2*maxPayload))
	if syncErr := file.Sync(); err == nil {
		err = syncErr
	}
	return file.Close() == nil && err == nil
}
