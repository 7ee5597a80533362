package process

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// Server is a running process.
type Server struct {
	cmd    *exec.Cmd
	exited chan error
}

// Start runs a program with nothing but env in its environment; what it logs goes into the file.
func Start(log string, env []string, program string, args ...string) (*Server, error) {
	out, err := os.Create(log)
	if err != nil {
		return nil, err
	}
	defer out.Close() // the process has its own descriptor
	s := &Server{cmd: exec.Command(program, args...), exited: make(chan error, 1)}
	s.cmd.Env, s.cmd.Stdout, s.cmd.Stderr = env, out, out
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	go func() { s.exited <- s.cmd.Wait() }()
	return s, nil
}

// PID is the process's.
func (s *Server) PID() int { return s.cmd.Process.Pid }

// Await returns once url answers 200.
func (s *Server) Await(ctx context.Context, url string) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Minute) // an index over millions of tickets may be made first
	defer cancel()
	for {
		if ok(ctx, url) {
			return nil
		}
		select {
		case err := <-s.exited:
			s.exited <- err
			return fmt.Errorf("the server ended: %w", err)
		case <-ctx.Done():
			return fmt.Errorf("%s is not ready: %w", url, ctx.Err())
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func ok(ctx context.Context, url string) bool {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return false
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	_ = resp.Body.Close()
	return resp.StatusCode == http.StatusOK
}

// Stop asks the process to end, and insists after two minutes.
func (s *Server) Stop() error {
	_ = s.cmd.Process.Signal(syscall.SIGTERM) // it may have ended already
	select {
	case err := <-s.exited:
		return err
	case <-time.After(2 * time.Minute):
		return errors.Join(errors.New("the server did not stop"), s.cmd.Process.Kill())
	}
}

// FreeAddress is a loopback address that nobody listens on for the moment.
func FreeAddress() (string, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return ln.Addr().String(), ln.Close()
}
