package target

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"time"
)

// Build compiles the standalone server of the repository into the folder and returns its path. It is the one
// thing that the suite takes from the checkout around it.
func Build(folder string) (binary string, err error) {
	binary = filepath.Join(folder, "standalone")
	root, err := root()
	if err != nil {
		return "", err
	}
	build := exec.Command("go", "build", "-o", binary, ".")
	build.Dir = filepath.Join(root, "deploy", "standalone")
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the standalone server: %w\n%s", err, out)
	}
	return binary, nil
}

// Start runs the binary on free loopback ports with its data under the folder, and waits until it is ready.
// settings are environment variables, NAME=value, over the server's defaults. stop ends it as Ctrl-C does.
func Start(binary, folder string, settings ...string) (t *Target, stop func() error, err error) {
	for try := 1; ; try++ {
		t, stop, err = startStandalone(binary, folder, settings)
		if try == tries || !errors.Is(err, ErrPortTaken) {
			return t, stop, err
		}
	}
}

func startStandalone(binary, folder string, settings []string) (t *Target, stop func() error, err error) {
	ports, err := freePorts(2)
	if err != nil {
		return nil, nil, err
	}
	data := filepath.Join(folder, "data")
	server := &Process{
		Name: "standalone", Address: ports[0], Log: filepath.Join(folder, "server.log"), path: binary, folder: folder,
		settings: append([]string{"GATEWAY_LISTEN=" + ports[0], "STANDALONE_NATS_LISTEN=" + ports[1], "STANDALONE_DATA=" + data}, settings...),
	}
	t = &Target{
		BaseURL: "http://" + ports[0], NATSURL: "nats://" + ports[1],
		Mails: Folder(filepath.Join(data, "mail")), logs: []string{server.Log},
		grant: fmt.Sprintf("STANDALONE_DATA='%s' '%s' user grant-role --email '{email}' --role '{role}'", data, binary),
	}
	if err := server.Start(); err != nil {
		return nil, nil, err
	}
	if err := t.becomeReady(server); err != nil {
		return nil, nil, errors.Join(err, server.Stop(), errors.New(t.Log()))
	}
	return t, server.Stop, nil
}

func (t *Target) becomeReady(p *Process) error {
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
