package main

import (
	"os"
	"path/filepath"

	"crm.example/deploy/bench/internal/crm"
	"crm.example/deploy/bench/internal/deployed"
	"crm.example/deploy/bench/internal/fill"
)

// archive writes the files that stores are filled with, unless they are there from the part before, or not needed any more.
func archive(o options, at deployed.Options) (string, error) {
	if at.Filled() {
		return "", nil
	}
	dir := filepath.Join(o.scratch, "archive")
	if _, err := os.Stat(dir); err == nil {
		return dir, nil
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		return "", err
	}
	size := fill.Size{Clients: o.size.Clients, Tickets: o.size.Tickets}
	if err := fill.Users(filepath.Join(dir, "auth.jsonl"), size); err != nil {
		return "", err
	}
	return dir, fill.Tickets(filepath.Join(dir, "ticket.jsonl"), size, crm.Message)
}
