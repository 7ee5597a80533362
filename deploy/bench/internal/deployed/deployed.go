// Package deployed starts what is measured, on free loopback ports: the CRM as it is delivered, in one process or in several
// with the engines that they need, filled from files if need be, and what it is compared with. Besides addresses it changes
// three settings of the CRM only: passwords cost the least that is allowed, one address may sign up, log in and reset without limit, since
// all clients come from there, and a call to Redis may take longer. MongoDB is given 4 GB for its cache.
package deployed

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

	"github.com/valyala/fasthttp"

	"crm.example/deploy/bench/internal/process"
)

// Options say where a deployment is kept.
type Options struct {
	Dir     string // for what is built, for logs, and for what need not be kept
	Data    string // for everything durable of the CRM; one that was filled before is used again
	Archive string // folder with auth.jsonl and ticket.jsonl that an empty Data is filled with; "" leaves it empty
}

// Deployment is what runs.
type Deployment struct {
	URL                  string
	Groups               []process.Group // in the order in which a request meets them
	MongoDB, Redis, NATS string          // addresses, where there are any

	options Options
	stops   []func() error // in the order in which they started
}

func begin(o Options, start func(d *Deployment) error) (*Deployment, error) {
	d := &Deployment{options: o}
	if err := errors.Join(os.MkdirAll(o.Dir, 0o755), os.MkdirAll(o.Data, 0o700)); err != nil {
		return nil, err
	}
	if err := start(d); err != nil {
		return nil, errors.Join(err, d.Stop())
	}
	slices.Reverse(d.Groups)
	return d, nil
}

// Stop ends everything, the last first.
func (d *Deployment) Stop() error {
	var errs []error
	for _, stop := range slices.Backward(d.stops) {
		errs = append(errs, stop())
	}
	return errors.Join(errs...)
}

// start runs a program, without the settings of whoever measures, and waits until its URL answers. What one that does not has logged says why.
func (d *Deployment) start(ctx context.Context, name, url string, env []string, program string, args ...string) error {
	log, err := os.Create(filepath.Join(d.options.Dir, name+".log"))
	if err != nil {
		return err
	}
	defer log.Close() // the process has its own descriptor
	cmd := exec.Command(program, args...)
	cmd.Env, cmd.Stdout, cmd.Stderr = append(environment(), env...), log, log
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start %s: %w", name, err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait(); close(ended) }()
	d.stops = append(d.stops, func() error {
		_ = cmd.Process.Signal(syscall.SIGTERM) // it may have ended already
		defer time.AfterFunc(2*time.Minute, func() { _ = cmd.Process.Kill() }).Stop()
		return <-ended
	})
	d.Groups = append(d.Groups, process.Group{Name: name, PIDs: []int{cmd.Process.Pid}})
	if err := await(ctx, url, ended); err != nil {
		text, _ := os.ReadFile(log.Name())
		return fmt.Errorf("%s: %w\n%s", name, err, text[max(0, len(text)-2000):])
	}
	return nil
}

// await waits until the URL answers 200, or until somebody listens there if it is only tcp.
func await(ctx context.Context, url string, ended <-chan error) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Minute) // an index over millions of tickets may be made first
	defer cancel()
	for {
		missing := answers(url)
		if missing == nil {
			return nil
		}
		select {
		case err := <-ended:
			return fmt.Errorf("it ended (%w): %w", err, missing)
		case <-ctx.Done():
			return missing
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func answers(url string) error {
	if address, tcp := strings.CutPrefix(url, "tcp://"); tcp {
		conn, err := net.Dial("tcp", address)
		if err == nil {
			err = conn.Close()
		}
		return err
	}
	status, _, err := fasthttp.Get(nil, url)
	if err == nil && status != fasthttp.StatusOK {
		err = fmt.Errorf("%s answers %d", url, status)
	}
	return err
}

// build compiles a command of this workspace.
func (d *Deployment) build(ctx context.Context, pkg string) (string, error) {
	program := filepath.Join(d.options.Dir, filepath.Base(pkg))
	return program, run(exec.CommandContext(ctx, "go", "build", "-o", program, pkg))
}

// run runs a program to its end.
func run(cmd *exec.Cmd) error {
	out, err := cmd.CombinedOutput()
	if err != nil {
		err = fmt.Errorf("%v: %w\n%s", cmd.Args, err, out)
	}
	return err
}

func environment() []string {
	return []string{"PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME")}
}

// addresses are n that nobody listens on for the moment.
func addresses(n int) ([]string, error) {
	all := make([]string, n)
	for i := range all {
		ln, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		defer ln.Close() // only now, so that no two are the same
		all[i] = ln.Addr().String()
	}
	return all, nil
}
