package testenv

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Server is a backend in a process of its own, with a loopback port and a folder that it keeps over restarts.
// The test that started it may kill it, stop it and freeze it.
type Server struct {
	URL  string // for clients
	Addr string // host:port

	program, folder string
	args            []string
	t               testing.TB
	process         *process
}

// Kill ends the server as kill -9 or a container's memory limit would. If it has ended already, nothing happens.
func (s *Server) Kill() { s.process.end(syscall.SIGKILL) }

// Stop asks the server to end and waits until it has.
func (s *Server) Stop() { s.process.end(syscall.SIGTERM) }

// Freeze makes the server hold its connections open and answer nothing, until Thaw.
func (s *Server) Freeze() { s.signal(syscall.SIGSTOP) }

// Thaw lets a frozen server go on.
func (s *Server) Thaw() { s.signal(syscall.SIGCONT) }

func (s *Server) signal(which os.Signal) {
	s.t.Helper()
	if err := s.process.cmd.Process.Signal(which); err != nil {
		s.t.Fatal(err)
	}
}

// Start starts the server again after Kill or Stop, and returns once it takes connections.
func (s *Server) Start() {
	s.t.Helper()
	if err := s.run(); err != nil {
		s.t.Fatal(err)
	}
}

const (
	startWithin = 30 * time.Second
	tries       = 5 // of ports that another process may take first
)

// launch starts the program on a free port; args are its options for a port and a folder.
func (b backend) launch(folder string, args func(port, folder string) []string) (*Server, error) {
	var err error
	for range tries {
		s := &Server{program: b.program, folder: folder}
		if s.Addr, err = freeAddress(); err != nil {
			return nil, err
		}
		_, port, _ := net.SplitHostPort(s.Addr)
		s.URL, s.args = b.scheme+s.Addr, args(port, folder)
		if err = s.run(); err == nil {
			return s, nil
		}
	}
	return nil, err
}

func (s *Server) run() error {
	var err error
	if s.process, err = spawn(s.folder, s.program, s.args...); err != nil {
		return err
	}
	for begun := time.Now(); time.Since(begun) < startWithin && s.process.running(); time.Sleep(5 * time.Millisecond) {
		if answers(s.Addr) {
			return nil
		}
	}
	s.Kill()
	said, _ := os.ReadFile(filepath.Join(s.folder, "log"))
	return fmt.Errorf("%s %s did not start: %s", s.program, strings.Join(s.args, " "), said)
}

// Ports are drawn below 32768: the system may give any port from there on to a client at any moment. Redis Cluster opens a second
// port, so far above its own.
const (
	lowest, highest = 10_000, 22_000
	above           = 10_000
)

// FreeAddress is one of loopback on which nobody listens, for a server of the test's own that must know it beforehand.
func FreeAddress(t testing.TB) string {
	t.Helper()
	address, err := freeAddress()
	if err != nil {
		t.Fatal(err)
	}
	return address
}

func freeAddress() (string, error) {
	for range 100 {
		port := lowest + rand.N(highest-lowest)
		if isFree(port) && isFree(port+above) {
			return address(port), nil
		}
	}
	return "", errors.New("no port is free on 127.0.0.1")
}

func isFree(port int) bool {
	l, err := net.Listen("tcp", address(port))
	return err == nil && l.Close() == nil && !answers(address(port))
}

// answers tells whether connections are accepted. A port that was just closed may still accept them: a child process has a copy of
// the listener until it executes its program. A client would take that for the server.
func answers(address string) bool {
	conn, err := net.Dial("tcp", address)
	return err == nil && conn.Close() == nil
}

func address(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }
