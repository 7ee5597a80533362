// Package embedded runs the real nats-server with JetStream inside the process, for the standalone way
// of running and for tests. It knows nothing of services; they connect to it as to any other server.
package embedded

import (
	"crypto/rand"
	"fmt"
	"log/slog"
	"net"
	"strconv"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
)

// Options say where the server keeps its files and where it listens.
type Options struct {
	Dir    string       // a folder of its own
	Listen string       // such as 127.0.0.1:4222; port 0 takes a free one
	Log    *slog.Logger // for its warnings and errors; nil drops them
}

const (
	readyWithin = 10 * time.Second
	maxPayload  = 1 << 20
)

// Server is a running nats-server.
type Server struct {
	nats     *server.Server
	password string
}

// Start returns once the server takes connections. Every message is on disk before it is acknowledged.
func Start(o Options) (*Server, error) {
	s := &Server{password: rand.Text()}
	opts, err := s.options(o)
	if err != nil {
		return nil, err
	}
	if s.nats, err = server.NewServer(opts); err != nil {
		return nil, fmt.Errorf("set up NATS: %w", err)
	}
	s.nats.SetLoggerV2(logger{o.Log}, false, false, false)
	s.nats.Start()
	if !s.nats.ReadyForConnections(readyWithin) || !s.nats.JetStreamEnabled() {
		s.Shutdown()
		return nil, fmt.Errorf("NATS did not start on %s with its files in %s", o.Listen, o.Dir)
	}
	return s, nil
}

func (s *Server) options(o Options) (*server.Options, error) {
	host, port, err := net.SplitHostPort(o.Listen)
	if err != nil {
		return nil, fmt.Errorf("read address of NATS: %w", err)
	}
	number, err := strconv.Atoi(port)
	if err != nil {
		return nil, fmt.Errorf("read port of NATS: %w", err)
	}
	if number == 0 {
		number = server.RANDOM_PORT
	}
	return &server.Options{
		ServerName: "crm", Host: host, Port: number, NoSigs: true, MaxPayload: maxPayload,
		JetStream: true, StoreDir: o.Dir, SyncAlways: true,
		Users:      []*server.User{{Username: insider, Password: s.password}, {Username: stranger, Permissions: permissions()}},
		NoAuthUser: stranger,
	}, nil
}

// Connect opens a connection with all rights that stays inside the process.
func (s *Server) Connect(opts ...nats.Option) (*nats.Conn, error) {
	return nats.Connect(s.URL(), append([]nats.Option{
		nats.InProcessServer(s.nats), nats.UserInfo(insider, s.password), nats.CustomInboxPrefix(inbox), nats.MaxReconnects(-1),
	}, opts...)...)
}

// URL is where strangers connect.
func (s *Server) URL() string { return "nats://" + s.nats.Addr().String() }

// Shutdown returns when everything is on disk and the port is free.
func (s *Server) Shutdown() {
	s.nats.Shutdown()
	s.nats.WaitForShutdown()
}
