// Package deployed starts the CRM as it is delivered, in one process or in several with the engines that they need, on
// free loopback ports, and fills it from files. Besides addresses it changes three settings only: passwords cost the least that is
// allowed, one address may sign up, log in and reset without limit, since all clients come from there, and a call to Redis may take longer.
// MongoDB is given 4 GB for its cache.
package deployed

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"crm.example/deploy/bench/internal/process"
)

// Options say where a deployment is kept.
type Options struct {
	Programs string // folder for what is built, and for logs
	Data     string // folder for everything durable; one that was filled before is used again
	Archive  string // folder with auth.jsonl and ticket files that an empty Data is filled with; "" leaves it empty
}

// Deployment is a CRM that runs.
type Deployment struct {
	URL    string
	Groups []process.Group // the gateway first, engines last

	MongoDB, Redis, NATS string // addresses, where there are any

	options Options
	servers []*process.Server // in the order in which they started
}

// Stop ends everything, the last first.
func (d *Deployment) Stop() error {
	var errs []error
	for i := len(d.servers) - 1; i >= 0; i-- {
		errs = append(errs, d.servers[i].Stop())
	}
	return errors.Join(errs...)
}

// start runs a program whose CPU time belongs to a group.
func (d *Deployment) start(group, program string, env []string, args ...string) (*process.Server, error) {
	name := filepath.Base(program)
	s, err := process.Start(filepath.Join(d.options.Programs, name+".log"), append(environment(), env...), program, args...)
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	d.servers = append(d.servers, s)
	for i := range d.Groups {
		if d.Groups[i].Name == group {
			d.Groups[i].PIDs = append(d.Groups[i].PIDs, s.PID())
			return s, nil
		}
	}
	return s, fmt.Errorf("there is no group %s", group)
}

// await waits until the gateway says that all is ready. What a program that is not has logged says why.
func (d *Deployment) await(ctx context.Context, gateway *process.Server) error {
	err := gateway.Await(ctx, d.URL+"/readyz")
	if err == nil {
		return nil
	}
	logs, _ := filepath.Glob(filepath.Join(d.options.Programs, "*.log"))
	for _, log := range logs {
		text, _ := os.ReadFile(log)
		err = fmt.Errorf("%w\n%s: %s", err, filepath.Base(log), text[max(0, len(text)-2000):])
	}
	return err
}

// run runs a program to its end.
func run(ctx context.Context, env []string, program string, args ...string) error {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Env = append(environment(), env...)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s %v: %w\n%s", filepath.Base(program), args, err, out)
	}
	return nil
}

// environment is without settings of whoever measures.
func environment() []string {
	return []string{"PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME")}
}

// build compiles a command of this workspace.
func (d *Deployment) build(ctx context.Context, name, pkg string) (string, error) {
	program := filepath.Join(d.options.Programs, name)
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", program, pkg).CombinedOutput(); err != nil {
		return "", fmt.Errorf("build %s: %w\n%s", pkg, err, out)
	}
	return program, nil
}

// Filled tells whether Data has everything from an archive.
func (o Options) Filled() bool {
	_, err := os.Stat(filepath.Join(o.Data, "filled"))
	return err == nil
}

// setFilled remembers that the folder has everything from its archive.
func setFilled(dir string) error { return os.WriteFile(filepath.Join(dir, "filled"), nil, 0o600) }
