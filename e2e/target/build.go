package target

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// natsServer is what is built where no nats-server is on PATH.
const natsServer = "github.com/nats-io/nats-server/v2@v2.15.2"

// root is the folder of the repository, from wherever in it the test runs.
func root() (string, error) {
	folder, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for ; ; folder = filepath.Dir(folder) {
		if _, err := os.Stat(filepath.Join(folder, "go.work")); err == nil {
			return folder, nil
		}
		if folder == filepath.Dir(folder) {
			return "", errors.New("the suite was started outside of the repository, whose programs it builds")
		}
	}
}

// build compiles the services into the folder, and a nats-server where none is on PATH.
func build(folder string, more []string) error {
	root, err := root()
	if err != nil {
		return err
	}
	for service, module := range map[string]string{"auth": "services/auth", "ticket": "services/ticket", "gateway": "gateway"} {
		build := exec.Command("go", append(append([]string{"build", "-o", filepath.Join(folder, service)}, more...), "./cmd/"+service)...)
		build.Dir = filepath.Join(root, filepath.FromSlash(module))
		if out, err := build.CombinedOutput(); err != nil {
			return fmt.Errorf("build %s: %w\n%s", service, err, out)
		}
	}
	if _, err := exec.LookPath(NATS); err == nil {
		return nil
	}
	build := exec.Command("go", "install", natsServer)
	build.Env = append(os.Environ(), "GOBIN="+folder, "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("build nats-server: %w\n%s", err, out)
	}
	return nil
}

// find is a program that was built into the folder, or one on PATH.
func find(folder, program string) (path string, err error) {
	path = filepath.Join(folder, program)
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	if path, err = exec.LookPath(program); err != nil {
		return "", fmt.Errorf("a distributed deployment needs %s: %w", program, err)
	}
	return path, nil
}
