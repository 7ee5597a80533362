package main

import (
	"context"
	"errors"
	"os/exec"
	"strings"

	"crm.example/deploy/bench/internal/bare"
	"crm.example/deploy/bench/internal/crm"
	"crm.example/deploy/bench/internal/deployed"
	"crm.example/deploy/bench/internal/process"
)

// measureDrivers is what the requests do in MongoDB and Redis, by the drivers alone.
func measureDrivers(ctx context.Context, o options, r *report, s *section, d *deployed.Deployment) (err error) {
	f := newFigures(r, s, append([]process.Group{self}, engines(d.Groups)...))
	db, err := bare.OpenMongoDB(ctx, d.MongoDB, crm.Message)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close(ctx)) }()
	for _, op := range db.Operations() {
		if err := f.inARow(ctx, "mongo-driver alone: "+op.Name, o.span/5, op.Do); err != nil {
			return err
		}
	}
	registry, err := bare.OpenRedis(ctx, d.Redis)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, registry.Close()) }()
	return f.inARow(ctx, "go-redis alone: the check of a token", o.span/5, registry.Check)
}

func engines(groups []process.Group) (some []process.Group) {
	for _, g := range groups {
		if g.Name == "MongoDB" || g.Name == "Redis" {
			some = append(some, g)
		}
	}
	return some
}

// mongod is what the program of that name says it is: others than MongoDB's own speak its protocol.
func mongod(ctx context.Context) string {
	out, err := exec.CommandContext(ctx, "mongod", "--version").Output()
	if err != nil {
		return "unknown server"
	}
	line, _, _ := strings.Cut(string(out), "\n")
	return strings.TrimPrefix(line, "db version ")
}
