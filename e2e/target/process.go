package target

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"time"
)

// How long a process may take.
const (
	startWithin = time.Minute
	stopWithin  = 20 * time.Second
)

// Process is one program of a deployment. It keeps its address, its settings and its data over restarts; its methods are
// for one goroutine at a time.
type Process struct {
	Name    string // auth, ticket, gateway, mongod, redis-server or nats-server
	Address string // host:port that it listens on
	Log     string // the file with what it said, all runs

	path, folder   string
	args, settings []string
	more           []string // settings of the next runs, over the others
	url            string   // of its readiness, "" if it has none
	cmd            *exec.Cmd
	alive          context.Context // ends with the run
}

// watched becomes the program and leaves a watchdog behind, which kills it when the test binary ends however it ends: a
// pipe says so. The watchdog outlives the hang-up of a process group one of whose members is frozen.
const watched = `{ trap "" HUP INT TERM; read -r over <&3 || kill -9 $$; } & exec "$0" "$@" 3<&-`

// Start starts the program, again with the data that it had, and returns once it takes connections.
func (p *Process) Start() error {
	if answers(p.Address) { // or that would be taken for the program
		return fmt.Errorf("start %s: %w", p.Name, ErrPortTaken)
	}
	if err := p.spawn(); err != nil {
		return fmt.Errorf("start %s: %w", p.Name, err)
	}
	for begun := time.Now(); time.Since(begun) < startWithin && p.alive.Err() == nil; time.Sleep(5 * time.Millisecond) {
		if answers(p.Address) {
			return nil
		}
	}
	p.Kill()
	return fmt.Errorf("%s did not start: %w", p.Name, p.reason())
}

// reason looks into the log for the one reason that a second try helps against.
func (p *Process) reason() error {
	said, _ := os.ReadFile(p.Log)
	if text := strings.ToLower(string(said)); strings.Contains(text, "address already in use") || strings.Contains(text, "address in use") {
		return ErrPortTaken
	}
	return fmt.Errorf("%w\n%s", context.Cause(p.alive), said)
}

func (p *Process) spawn() error {
	log, err := os.OpenFile(p.Log, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	end, leash, err := os.Pipe()
	if err != nil {
		return err
	}
	defer end.Close()
	p.cmd = exec.Command("sh", append([]string{"-c", watched, p.path}, p.args...)...)
	p.cmd.Dir, p.cmd.Env, p.cmd.ExtraFiles = p.folder, slices.Concat(plainEnvironment(), p.settings, p.more), []*os.File{end}
	p.cmd.Stdout, p.cmd.Stderr = log, log
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // a Ctrl-C is for the test binary
	if err := p.cmd.Start(); err != nil {
		return errors.Join(err, leash.Close())
	}
	alive, ended := context.WithCancelCause(context.Background())
	p.alive = alive
	go func(cmd *exec.Cmd) {
		err := cmd.Wait()
		_, _ = leash.WriteString("over\n") // the process id may become another's
		_ = leash.Close()
		ended(fmt.Errorf("it ended: %v", err))
	}(p.cmd)
	return nil
}

// Ready waits until a service says that it is ready, or an engine takes connections.
func (p *Process) Ready(ctx context.Context) error {
	for {
		err := p.ask(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s is not ready: %w", p.Name, err)
		case <-p.alive.Done():
			return fmt.Errorf("%s: %w", p.Name, context.Cause(p.alive))
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func (p *Process) ask(ctx context.Context) error {
	if p.url != "" {
		_, err := get(ctx, p.url)
		return err
	}
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", p.Address)
	if err != nil {
		return err
	}
	return conn.Close()
}

// With sets what the next runs have over their settings, NAME=value, instead of what it set before.
func (p *Process) With(settings ...string) { p.more = settings }

// Command is another run of the program beside this one or without it, with the same settings.
func (p *Process) Command(ctx context.Context, args ...string) *exec.Cmd {
	command := exec.CommandContext(ctx, p.path, args...)
	command.Dir, command.Env = p.folder, slices.Concat(plainEnvironment(), p.settings, p.more)
	return command
}

// Ended is closed when the present run has ended.
func (p *Process) Ended() <-chan struct{} { return p.alive.Done() }

// BaseURL is where a service answers.
func (p *Process) BaseURL() string { return "http://" + p.Address }

// PID is the process id of the present run.
func (p *Process) PID() int { return p.cmd.Process.Pid }

// Running is false once the process has ended, by itself or not.
func (p *Process) Running() bool { return p.cmd != nil && p.alive.Err() == nil }

// Killed tells whether the last run was ended by a kill -9, its own or another's.
func (p *Process) Killed() bool {
	if p.cmd == nil || p.Running() {
		return false
	}
	how, ok := p.cmd.ProcessState.Sys().(syscall.WaitStatus)
	return ok && how.Signaled() && how.Signal() == syscall.SIGKILL
}

// Frozen tells whether the process holds still, by Freeze or by itself. It asks Linux.
func (p *Process) Frozen() bool {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.PID()))
	_, after, _ := strings.Cut(string(text), ") ") // what comes before may hold anything
	return strings.HasPrefix(after, "T")
}

// Freeze makes the process hold its connections open and do nothing, until Thaw.
func (p *Process) Freeze() error { return p.cmd.Process.Signal(syscall.SIGSTOP) }

// Thaw lets a frozen process go on.
func (p *Process) Thaw() error { return p.cmd.Process.Signal(syscall.SIGCONT) }

// Kill ends the process as kill -9 does. One that has ended stays so.
func (p *Process) Kill() {
	if p.Running() {
		_ = p.cmd.Process.Kill()
		<-p.alive.Done()
	}
}

// Stop asks the process to end and waits for it. One that must be killed, or ends badly, is an error.
func (p *Process) Stop() error {
	if !p.Running() {
		return nil
	}
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.alive.Done():
	case <-time.After(stopWithin):
		p.Kill()
		return fmt.Errorf("%s did not end within %s", p.Name, stopWithin)
	}
	if code := p.cmd.ProcessState.ExitCode(); code != 0 {
		return fmt.Errorf("%s ended with status %d", p.Name, code)
	}
	return nil
}

// plainEnvironment is the suite's own without settings of a server.
func plainEnvironment() []string {
	return slices.DeleteFunc(os.Environ(), func(variable string) bool {
		prefix, _, _ := strings.Cut(variable, "_")
		return slices.Contains([]string{"AUTH", "TICKET", "GATEWAY", "STANDALONE"}, prefix)
	})
}
