package testenv

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
)

// process is a running program, and a watchdog beside it.
type process struct {
	cmd   *exec.Cmd
	ended chan struct{}
}

// watched starts a watchdog and then becomes the program. The watchdog reads from a pipe that ends with the test binary, even if
// that was killed. Then it kills the program and removes its folder. It must ignore the SIGHUP that the kernel sends to a process
// group without a parent if one of its members is stopped.
const watched = `{ trap "" HUP INT TERM; read -r over <&3 || { kill -9 $$; rm -rf "$0"; }; } & exec "$@" 3<&-`

// spawn starts a program whose output goes to the file log in folder. It has a process group of its own: a Ctrl-C is
// for the test binary.
func spawn(folder, path string, args ...string) (*process, error) {
	log, err := os.OpenFile(filepath.Join(folder, "log"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	defer func() { _ = log.Close() }()
	leash, ours, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer func() { _ = leash.Close() }()
	cmd := exec.Command("sh", append([]string{"-c", watched, folder, path}, args...)...)
	cmd.Stdout, cmd.Stderr, cmd.ExtraFiles = log, log, []*os.File{leash}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		_ = ours.Close()
		return nil, err
	}
	p := &process{cmd: cmd, ended: make(chan struct{})}
	go p.await(ours)
	return p, nil
}

// await ends the watchdog when the program has ended, since another process may get its process id.
func (p *process) await(leash io.WriteCloser) {
	_ = p.cmd.Wait()
	_, _ = io.WriteString(leash, "over\n")
	_ = leash.Close()
	close(p.ended)
}

func (p *process) running() bool {
	select {
	case <-p.ended:
		return false
	default:
		return true
	}
}

// end sends the signal and waits until the program is gone.
func (p *process) end(s os.Signal) {
	_ = p.cmd.Process.Signal(s)
	<-p.ended
}
