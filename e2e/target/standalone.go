package target

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// How long the server may take.
const (
	startWithin = 20 * time.Second
	stopWithin  = 20 * time.Second
)

// Build compiles the standalone server of the repository into the folder and returns its path. It is the one
// thing that the suite takes from the checkout around it.
func Build(folder string) (binary string, err error) {
	binary = filepath.Join(folder, "standalone")
	build := exec.Command("go", "build", "-o", binary, ".")
	build.Dir = filepath.Join("..", "deploy", "standalone")
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the standalone server: %w\n%s", err, out)
	}
	return binary, nil
}

// Start runs the binary on free loopback ports with its data under the folder, and waits until it is ready.
// settings are environment variables, NAME=value, over the server's defaults. stop ends it as Ctrl-C does.
func Start(binary, folder string, settings ...string) (t *Target, stop func() error, err error) {
	ports, err := freePorts(2)
	if err != nil {
		return nil, nil, err
	}
	data := filepath.Join(folder, "data")
	t = &Target{
		BaseURL: "http://" + ports[0], NATSURL: "nats://" + ports[1],
		Mails: Folder(filepath.Join(data, "mail")), logs: []string{filepath.Join(folder, "server.log")},
		grant: fmt.Sprintf("STANDALONE_DATA='%s' '%s' user grant-role --email '{email}' --role '{role}'", data, binary),
	}
	server := exec.Command(binary)
	server.Dir = folder
	server.Env = append(plainEnvironment(), "GATEWAY_LISTEN="+ports[0], "STANDALONE_NATS_LISTEN="+ports[1], "STANDALONE_DATA="+data)
	server.Env = append(server.Env, settings...)
	running, err := run(server, t.logs[0])
	if err != nil {
		return nil, nil, err
	}
	if err := t.becomeReady(running); err != nil {
		return nil, nil, errors.Join(err, running.stop(), errors.New(t.Log()))
	}
	return t, running.stop, nil
}

// plainEnvironment is the suite's own without settings of a server.
func plainEnvironment() []string {
	return slices.DeleteFunc(os.Environ(), func(variable string) bool {
		prefix, _, _ := strings.Cut(variable, "_")
		return slices.Contains([]string{"AUTH", "TICKET", "GATEWAY", "STANDALONE"}, prefix)
	})
}

func (t *Target) becomeReady(p *process) error {
	ctx, cancel := context.WithTimeout(p.alive, startWithin)
	defer cancel()
	for {
		_, err := get(ctx, t.BaseURL+"/readyz")
		if err == nil {
			return t.loadContract(ctx)
		}
		if ctx.Err() != nil {
			return fmt.Errorf("the server did not become ready: %w", err)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// process is a server that runs; alive ends with it.
type process struct {
	cmd   *exec.Cmd
	alive context.Context
}

func run(cmd *exec.Cmd, logPath string) (*process, error) {
	log, err := os.Create(logPath)
	if err != nil {
		return nil, err
	}
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		return nil, errors.Join(err, log.Close())
	}
	alive, ended := context.WithCancelCause(context.Background())
	go func() {
		err := cmd.Wait()
		_ = log.Close()
		ended(fmt.Errorf("the server ended: %v", err))
	}()
	return &process{cmd, alive}, nil
}

// stop asks the server to end and waits for it. One that must be killed, or ends badly, is an error.
func (p *process) stop() error {
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.alive.Done():
	case <-time.After(stopWithin):
		_ = p.cmd.Process.Kill()
		<-p.alive.Done()
		return fmt.Errorf("the server did not end within %s", stopWithin)
	}
	if code := p.cmd.ProcessState.ExitCode(); code != 0 {
		return fmt.Errorf("the server ended with status %d", code)
	}
	return nil
}

// freePorts finds loopback addresses on which nothing listens, different from each other.
func freePorts(n int) (addresses []string, err error) {
	for range n {
		ln, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		defer ln.Close()
		addresses = append(addresses, ln.Addr().String())
	}
	return addresses, nil
}
