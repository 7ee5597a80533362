package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/spf13/pflag"

	"crm.example/pkg/registry/memory"
	"crm.example/services/auth"
)

// patience is how long the command waits for the running server to end the user's access JWTs, which it
// looks for every second.
const patience = 10 * time.Second

// user grants a role in the store that a running standalone has open too. The access JWTs are in that
// process: it takes them out when it finds the mark that the change left.
func user(ctx context.Context, args []string, log *slog.Logger) error {
	email, role, err := parseGrant(args)
	if err != nil {
		return err
	}
	s, err := load()
	if err != nil {
		return err
	}
	if users := s.users(); !exists(users) { // rather than make an empty one in a folder that was meant otherwise
		return fmt.Errorf("there is no database %s, so nobody has signed up here; STANDALONE_DATA names the folder of the server", users)
	}
	data, err := openFolder(s.own.Data)
	if err != nil {
		return err
	}
	alone, err := data.take() // keeps a server from starting in the middle
	if err != nil {
		return err
	}
	defer data.release()
	if err := s.completeSecret(data); err != nil {
		return err
	}
	return grant(ctx, s.auth, email, role, alone, log)
}

func parseGrant(args []string) (email, role string, err error) {
	flags := pflag.NewFlagSet("user grant-role", pflag.ContinueOnError)
	flags.Usage = func() {}
	flags.StringVar(&email, "email", "", "")
	flags.StringVar(&role, "role", "", "")
	if err := flags.Parse(args); err != nil {
		return "", "", fmt.Errorf("%w\n\n%s", err, usage)
	}
	if flags.NArg() != 1 || flags.Arg(0) != "grant-role" || email == "" || role == "" {
		return "", "", errors.New("want: standalone user grant-role --email EMAIL --role client|agent")
	}
	return email, role, nil
}

func grant(ctx context.Context, cfg auth.Config, email, role string, alone bool, log *slog.Logger) (err error) {
	// Without NATS: the event waits in the outbox for the server.
	registry := memory.New()
	service, err := auth.Open(ctx, cfg, auth.Deps{Tokens: registry, Throttle: registry, Log: log})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, service.Close()) }()
	if err := service.GrantRole(ctx, email, role); err != nil {
		return err
	}
	switch {
	case alone:
		fmt.Printf("%s has the role %s. No server runs on this data; log in again once one does.\n", email, role)
	case revoked(ctx, service):
		fmt.Printf("%s has the role %s. The sessions from before the change have ended; log in again.\n", email, role)
	default:
		return fmt.Errorf("%s has the role %s, but the running server has not yet ended the user's access JWTs; they end within 15 minutes", email, role)
	}
	return nil
}

// revoked waits until the running server has no revocation left to do.
func revoked(ctx context.Context, service *auth.Service) bool {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for ctx.Err() == nil {
		if pending, err := service.RevocationPending(ctx); err == nil && !pending {
			return true
		}
		time.Sleep(50 * time.Millisecond)
	}
	return false
}
