package main_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"crm.example/pkg/testenv"
)

// within bounds every wait for the server.
const within = time.Minute

// binary is the program as `make run` builds it.
var binary = sync.OnceValues(func() (string, error) {
	path := filepath.Join(buildFolder, "standalone")
	out, err := exec.Command("go", "build", "-o", path, ".").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("build: %w\n%s", err, out)
	}
	return path, nil
})

var buildFolder string

func TestMain(m *testing.M) {
	var err error
	if buildFolder, err = os.MkdirTemp("", "standalone"); err != nil {
		panic(err)
	}
	code := m.Run()
	_ = os.RemoveAll(buildFolder)
	os.Exit(code)
}

// place is a data folder with its ports. Servers are started in it one after the other.
type place struct {
	t            *testing.T
	data         string
	listen, nats string
	more         []string // further variables
}

func newPlace(t *testing.T, more ...string) *place {
	t.Helper()
	return &place{t: t, data: filepath.Join(t.TempDir(), "data"), listen: testenv.FreeAddress(t), nats: testenv.FreeAddress(t), more: more}
}

// command is the program with the place's settings and none of the test's own.
func (p *place) command(ctx context.Context, args ...string) *exec.Cmd {
	p.t.Helper()
	path, err := binary()
	if err != nil {
		p.t.Fatal(err)
	}
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Env = append([]string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME"), "STANDALONE_DATA=" + p.data, "STANDALONE_NATS_LISTEN=" + p.nats,
		"GATEWAY_LISTEN=" + p.listen, "AUTH_BCRYPT_COST=10",
	}, p.more...)
	return cmd
}

// server is a running one.
type server struct {
	*place
	cmd    *exec.Cmd
	out    *said
	exited chan struct{}
}

// said is what a server has printed so far.
type said struct {
	mu   sync.Mutex
	text strings.Builder
}

func (s *said) Write(text []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(text)
}

func (s *said) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// start returns when the server is ready.
func (p *place) start() *server {
	p.t.Helper()
	s := p.begin()
	s.waitUntilReady()
	return s
}

// begin does not wait.
func (p *place) begin() *server {
	p.t.Helper()
	s := &server{place: p, cmd: p.command(context.Background()), out: &said{}, exited: make(chan struct{})}
	s.cmd.Stdout, s.cmd.Stderr = s.out, s.out
	if err := s.cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	go func() { defer close(s.exited); _ = s.cmd.Wait() }()
	p.t.Cleanup(s.kill)
	return s
}

func (s *server) waitUntilReady() {
	s.t.Helper()
	for end := time.Now().Add(within); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if res, err := http.Get("http://" + s.listen + "/readyz"); err == nil {
			res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return
			}
		}
		select {
		case <-s.exited:
			s.t.Fatalf("the server ended:\n%s", s.out)
		default:
		}
	}
	s.t.Fatal("the server did not become ready")
}

// kill is what a power cut looks like to the process.
func (s *server) kill() {
	_ = s.cmd.Process.Kill()
	<-s.exited
}

// stop is Ctrl-C; it returns the exit code.
func (s *server) stop() int {
	s.t.Helper()
	if err := s.cmd.Process.Signal(os.Interrupt); err != nil {
		s.t.Fatal(err)
	}
	select {
	case <-s.exited:
	case <-time.After(within):
		s.t.Fatal("the server did not end")
	}
	return s.cmd.ProcessState.ExitCode()
}

// tell runs a command of the program to its end.
func (p *place) tell(args ...string) (out string, code int) {
	p.t.Helper()
	if _, err := binary(); err != nil { // to build it may take longer than any command
		p.t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), within)
	defer cancel()
	text, err := p.command(ctx, args...).CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		p.t.Fatal(err)
	}
	if exit != nil {
		code = exit.ExitCode()
	}
	return string(text), code
}

// asNobody is the program as a user who owns nothing.
func asNobody(t *testing.T, p *place) *exec.Cmd {
	t.Helper()
	cmd := p.command(t.Context())
	for _, dir := range []string{filepath.Dir(cmd.Path), filepath.Dir(p.data), filepath.Dir(filepath.Dir(p.data))} {
		if err := os.Chmod(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	return cmd
}
