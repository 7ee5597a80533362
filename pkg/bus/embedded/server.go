// Package embedded runs the real nats-server with JetStream inside the process, for the standalone way
// of running and for tests. It knows nothing of services; they connect to it as to any other server.
package embedded

import (
	_ "embed"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nkeys"
)

// Options say where the server keeps its files and where it listens.
type Options struct {
	Dir    string       // a folder of its own
	Listen string       // such as 127.0.0.1:4222; port 0 takes a free one
	Log    *slog.Logger // for its warnings and errors; nil drops them
}

//go:embed server.conf
var accounts string

const (
	inbox       = "_SERVICE"
	readyWithin = 10 * time.Second
	maxPayload  = 1 << 20
)

// Server is a running nats-server.
type Server struct {
	nats  *server.Server
	key   nkeys.KeyPair // of the services; drawn anew at each start
	guard *nats.Conn
}

// Start returns once the server takes connections. Every message is on disk before it is acknowledged.
func Start(o Options) (*Server, error) {
	key, err := nkeys.CreateUser()
	if err != nil {
		return nil, fmt.Errorf("draw a key for NATS: %w", err)
	}
	s := &Server{key: key}
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
	if err := s.admitStrangers(); err != nil {
		s.Shutdown()
		return nil, fmt.Errorf("guard NATS: %w", err)
	}
	return s, nil
}

func (s *Server) options(o Options) (*server.Options, error) {
	host, port, err := freeAddress(o.Listen)
	if err != nil {
		return nil, fmt.Errorf("listen for NATS: %w", err)
	}
	public, err := s.key.PublicKey()
	if err != nil {
		return nil, err
	}
	opts := &server.Options{
		ServerName: "crm", Host: host, Port: port, NoSigs: true, MaxPayload: maxPayload,
		JetStream: true, StoreDir: o.Dir, SyncAlways: true,
	}
	if err := opts.ProcessConfigString("SERVICE = " + public + "\n" + accounts); err != nil {
		return nil, fmt.Errorf("read accounts of NATS: %w", err)
	}
	return opts, nil
}

// freeAddress finds out at once that a port is taken, for which the server itself would try ten seconds.
func freeAddress(address string) (host string, port int, err error) {
	ln, err := net.Listen("tcp", address)
	if err != nil {
		return "", 0, err
	}
	at := ln.Addr().(*net.TCPAddr)
	if strings.HasSuffix(address, ":0") {
		at.Port = server.RANDOM_PORT
	}
	return at.IP.String(), at.Port, ln.Close()
}

// Connect opens a connection with all rights that stays inside the process.
func (s *Server) Connect(opts ...nats.Option) (*nats.Conn, error) {
	public, err := s.key.PublicKey()
	if err != nil {
		return nil, err
	}
	return nats.Connect(s.URL(), append([]nats.Option{
		nats.InProcessServer(s.nats), nats.Nkey(public, s.key.Sign), nats.CustomInboxPrefix(inbox), nats.MaxReconnects(-1),
	}, opts...)...)
}

func (s *Server) admitStrangers() (err error) {
	if s.guard, err = s.Connect(); err != nil {
		return err
	}
	return guard(s.guard)
}

// URL is where strangers connect.
func (s *Server) URL() string { return "nats://" + s.nats.Addr().String() }

// Shutdown returns when everything is on disk and the port is free.
func (s *Server) Shutdown() {
	if s.guard != nil {
		s.guard.Close()
	}
	s.nats.Shutdown()
	s.nats.WaitForShutdown()
}
