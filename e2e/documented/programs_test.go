package documented_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"crm.example/e2e/crm"
	"crm.example/e2e/target"
)

// The commands of operators run as the pages show them, one after the other in one folder, beside services on MongoDB and a
// standalone server. Only addresses, and words that stand for something, are other ones.
func TestPrograms(t *testing.T) {
	t.Parallel()
	once(t)
	target.Demand(t, "the commands that the documents have operators type")
	d, o := deploy(t), newOffice(t)
	o.wrap("auth", d.Service("auth", 0).Command(t.Context()))
	o.wrap("ticket", d.Service("ticket", 0).Command(t.Context()))
	server, stop, err := target.Start(filepath.Join(o.programs, "standalone"), o.folder, "AUTH_BCRYPT_COST=10")
	check(t, err)
	t.Cleanup(func() { _ = stop() })
	for _, where := range []*target.Target{d.Target, server} {
		crm.New(t, where).SignUpClient("Client One").Open("Door", "It is stuck.")
	}
	crm.New(t, server).Post("/v1/user", crm.Fields{"name": "Agent One", "email": "agent@example.com", "password": crm.Password}).Want(201)

	mongo := "mongodb://" + d.Engine(target.MongoDB).Address
	words := strings.NewReplacer(
		"mongodb://localhost/", mongo+"/restored-", "AUTH_STORE_URL=…", "AUTH_STORE_URL="+mongo+"/moved-auth", "TICKET_STORE_URL=…", "TICKET_STORE_URL="+mongo+"/moved-ticket",
		"auth store-access", fmt.Sprintf("AUTH_STORE_ADMIN_URL=%s/admin AUTH_STORE_URL=%s/moved-auth auth store-access", mongo, strings.Replace(mongo, "//", "//auth:a-auth@", 1)),
		"ticket store-access", fmt.Sprintf("TICKET_STORE_ADMIN_URL=%s/admin TICKET_STORE_URL=%s/moved-ticket ticket store-access", mongo, strings.Replace(mongo, "//", "//ticket:t-ticket@", 1)),
		"FOLDER", "backup-2", "COMMAND", "export",
	)
	for _, page := range tried["TestPrograms"] {
		for _, command := range commands(t, page) {
			if by, _ := trier(command); by != "TestPrograms" {
				continue
			}
			if strings.Contains(command, "--settled") { // "1. Stop the server"
				check(t, stop())
			}
			o.types(words.Replace(command))
		}
	}
}

// office is where an operator sits: a folder, and programs on PATH.
type office struct {
	*testing.T
	folder, programs string
}

// newOffice has the programs that the pages have make build.
func newOffice(t *testing.T) office {
	t.Helper()
	o := office{t, t.TempDir(), t.TempDir()}
	build := exec.CommandContext(t.Context(), "make", "build", "services", "BIN="+o.programs)
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return o
}

// wrap has a program run with the settings of a service, unless the command line says others.
func (o office) wrap(name string, service *exec.Cmd) {
	o.Helper()
	path := filepath.Join(o.programs, name)
	script := "#!/bin/sh\n"
	for _, setting := range service.Env {
		if key, value, _ := strings.Cut(setting, "="); strings.HasPrefix(key, strings.ToUpper(name)+"_") {
			script += fmt.Sprintf(": \"${%s=%s}\"; export %s\n", key, value, key)
		}
	}
	check(o.T, os.Rename(path, path+".bin"))
	check(o.T, os.WriteFile(path, []byte(script+`exec "$0.bin" "$@"`), 0o700))
}

func (o office) types(command string) {
	o.Helper()
	shell := exec.CommandContext(o.Context(), "sh", "-c", command)
	shell.Dir, shell.Env = o.folder, append(os.Environ(), "PATH="+o.programs+":"+os.Getenv("PATH"))
	out, err := shell.CombinedOutput()
	if err != nil {
		o.Fatalf("%s: %v\n%s", command, err, out)
	}
	o.Logf("%s\n%s", command, out)
}

// once leaves a test out where the suite runs a second time, against services apart: it has such services of its own.
func once(t *testing.T) {
	if os.Getenv("E2E_DEPLOYMENT") == "distributed" {
		t.Skip("the run against a standalone server has it")
	}
}

func deploy(t *testing.T) *target.Deployment {
	t.Helper()
	d, err := target.Deploy(t.TempDir(), target.Plan{Settings: []string{"AUTH_BCRYPT_COST=10", "AUTH_REGISTRY_TIMEOUT=2s", "TICKET_REGISTRY_TIMEOUT=2s"}})
	check(t, err)
	t.Cleanup(func() {
		if err := d.Stop(); err != nil || t.Failed() {
			t.Errorf("%v\n%s", err, d.Log())
		}
	})
	return d
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
