package testenv

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Server is a backend in a process of its own, on a loopback port and a folder that it keeps over restarts.
// A test that started it may do to it what happens to servers.
type Server struct {
	URL  string // for clients
	Addr string // host:port

	program, folder string
	args            []string
	t               testing.TB
	process         *process
}

// Kill ends the server as kill -9 or the end of a container's memory would. One that has ended stays so.
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
		if conn, err := net.Dial("tcp", s.Addr); err == nil {
			return conn.Close()
		}
	}
	s.Kill()
	said, _ := os.ReadFile(filepath.Join(s.folder, "log"))
	return fmt.Errorf("%s %s did not start: %s", s.program, strings.Join(s.args, " "), said)
}

// highest leaves room for a port that Redis Cluster opens 10,000 above its own.
const highest = 55_535

func freeAddress() (string, error) {
	for range 100 {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return "", err
		}
		if err := l.Close(); err != nil {
			return "", err
		}
		if l.Addr().(*net.TCPAddr).Port <= highest {
			return l.Addr().String(), nil
		}
	}
	return "", errors.New("no port is free on 127.0.0.1")
}
