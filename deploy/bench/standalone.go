package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"crm.example/deploy/bench/internal/process"
)

const standalonePackage = "crm.example/deploy/standalone"

// startStandalone builds the program and runs it on free ports with its data in dir. Everything is as delivered but
// the cost of passwords, which is the lowest allowed, and the limits for one address, from which all clients come.
func startStandalone(ctx context.Context, dir string) (*process.Server, string, error) {
	program := filepath.Join(dir, "standalone")
	build := exec.CommandContext(ctx, "go", "build", "-o", program, standalonePackage)
	if out, err := build.CombinedOutput(); err != nil {
		return nil, "", fmt.Errorf("build %s: %w\n%s", standalonePackage, err, out)
	}
	http, err := process.FreeAddress()
	if err != nil {
		return nil, "", err
	}
	nats, err := process.FreeAddress()
	if err != nil {
		return nil, "", err
	}
	env := []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME"),
		"GATEWAY_LISTEN=" + http, "STANDALONE_NATS_LISTEN=" + nats, "STANDALONE_DATA=" + filepath.Join(dir, "data"),
		"AUTH_BCRYPT_COST=10", "AUTH_SIGN_UP_PER_ADDRESS=1000000", "AUTH_LOGIN_PER_ADDRESS=1000000",
	}
	server, err := process.Start(filepath.Join(dir, "standalone.log"), env, program)
	if err != nil {
		return nil, "", err
	}
	if err := server.Await(ctx, "http://"+http+"/readyz"); err != nil {
		log, _ := os.ReadFile(filepath.Join(dir, "standalone.log")) // says why
		_ = server.Stop()
		return nil, "", fmt.Errorf("%w\n%s", err, log)
	}
	return server, "http://" + http, nil
}
