// Package embedded runs the real nats-server with JetStream inside the process, for standalone
// and for tests. It knows nothing of services; they connect to it as to any other server.
package embedded

import (
	_ "embed"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"

	"crm.example/pkg/admission"
	"crm.example/pkg/events"
)

// Options say where the server keeps its files and where it listens.
type Options struct {
	Dir    string       // a folder of its own
	Listen string       // such as 127.0.0.1:4222; port 0 takes a free one
	Log    *slog.Logger // for its warnings and errors; nil drops them
}

// accounts has the permissions.
//
//go:embed server.conf
var accounts string

const (
	inbox       = "_SERVICE"       // where the services get answers; others may not subscribe there
	readyWithin = 30 * time.Second // the server, and a connection: a busy machine takes its time
	maxPayload  = 1 << 20          // bytes
)

// Server is a running nats-server.
type Server struct {
	nats     *server.Server
	services credential
	guard    *nats.Conn
	heals    sync.WaitGroup
	stop     chan struct{} // ends heals
	once     sync.Once
}

// Start returns once the server takes connections. Every message is on disk before it is acknowledged.
func Start(o Options) (*Server, error) {
	opts, services, err := configure(o)
	if err != nil {
		return nil, err
	}
	s := &Server{services: services, stop: make(chan struct{})}
	if s.nats, err = server.NewServer(opts); err != nil {
		return nil, fmt.Errorf("set up NATS: %w", err)
	}
	log := newLogger(o.Log)
	s.nats.SetLoggerV2(log, false, false, false)
	s.nats.Start()
	if err = s.becomeReady(log.fatal); err == nil {
		err = s.admitStrangers()
	}
	if err != nil {
		s.Shutdown()
		return nil, fmt.Errorf("start NATS on %s with its files in %s: %w", o.Listen, o.Dir, err)
	}
	s.heals.Go(func() { s.heal(o.Dir, log.log, s.stop) })
	return s, nil
}

func configure(o Options) (*server.Options, credential, error) {
	services, err1 := drawCredential()
	strangers, err2 := drawCredential() // nobody knows it: the server uses it for clients without a credential
	host, port, err3 := freeAddress(o.Listen)
	if err := errors.Join(err1, err2, err3); err != nil {
		return nil, services, fmt.Errorf("listen for NATS: %w", err)
	}
	opts := &server.Options{
		ServerName: "crm", Host: host, Port: port, NoSigs: true, MaxPayload: maxPayload, AuthTimeout: readyWithin.Seconds(),
		JetStream: true, StoreDir: o.Dir, SyncAlways: true,
	}
	keys := fmt.Sprintf("SERVICE = %s\nSTRANGER = %s\n", services.public, strangers.public)
	if err := opts.ProcessConfigString(keys + accounts); err != nil {
		return nil, services, fmt.Errorf("read accounts of NATS: %w", err)
	}
	return opts, services, nil
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

func (s *Server) becomeReady(fatal <-chan string) error {
	ready := make(chan bool, 1)
	go func() { ready <- s.nats.ReadyForConnections(readyWithin) }()
	select {
	case reason := <-fatal:
		return errors.New(reason)
	case ok := <-ready:
		if !ok || !s.nats.JetStreamEnabled() {
			return fmt.Errorf("not ready within %s", readyWithin)
		}
		return nil
	}
}

func (s *Server) admitStrangers() (err error) {
	if s.guard, err = s.Connect(); err != nil {
		return err
	}
	return admission.Authorize(s.guard, events.TicketStream, events.UserStream, events.TicketDeadStream, events.UserDeadStream)
}

// Connect opens a connection with all rights that stays inside the process.
func (s *Server) Connect(opts ...nats.Option) (*nats.Conn, error) {
	return nats.Connect(s.URL(), append([]nats.Option{
		nats.InProcessServer(s.nats), s.services.option(), nats.CustomInboxPrefix(inbox), nats.MaxReconnects(-1), nats.Timeout(readyWithin),
		nats.RetryOnFailedConnect(true), nats.ReconnectWait(100 * time.Millisecond), // the client does not accept a greeting that comes late
	}, opts...)...)
}

// URL is the address for clients outside of the process.
func (s *Server) URL() string { return "nats://" + s.nats.Addr().String() }

// Shutdown returns when everything is on disk and the port is free.
func (s *Server) Shutdown() {
	s.once.Do(func() { close(s.stop) })
	s.heals.Wait()
	if s.guard != nil {
		s.guard.Close()
	}
	s.nats.Shutdown()
	s.nats.WaitForShutdown()
}
