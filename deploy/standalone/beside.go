package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"crm.example/pkg/command"
	"crm.example/pkg/registry/memory"
	"crm.example/services/auth"
)

// patience is how long the command waits for the running server to revoke the user's access JWTs. The server
// checks every second.
const patience = 10 * time.Second

// grantRole grants a role in the store that a running standalone has open too. The registry is in that process: it
// revokes the access JWTs when it finds the mark of the change.
func grantRole(ctx context.Context, call command.Call) error {
	email, role := call.Text("email"), call.Text("role")
	return beside(ctx, call, func(service *auth.Service, _ auth.Config, alone bool) (done string, err error) {
		if err := service.GrantRole(ctx, email, role); err != nil {
			return "", err
		}
		switch {
		case alone:
			return fmt.Sprintf("%s has the role %s. No server runs on this data; log in again once one does.", email, role), nil
		case revoked(ctx, service):
			return fmt.Sprintf("%s has the role %s. The sessions from before the change have ended; log in again.", email, role), nil
		}
		return "", fmt.Errorf("%s has the role %s, but the running server has not yet ended the user's access JWTs; they end within 15 minutes", email, role)
	})
}

func rotateKeys(ctx context.Context, call command.Call) error {
	return beside(ctx, call, func(service *auth.Service, cfg auth.Config, alone bool) (done string, err error) {
		if err := service.RotateKeys(ctx); err != nil {
			return "", err
		}
		if alone {
			return fmt.Sprintf("The new key is stored: a server that starts publishes it, and signs with it %s from now on.", cfg.KeyPropagation), nil
		}
		return fmt.Sprintf("The new key is stored: the running server publishes it within %s, and signs with it in %s.", cfg.KeyReload(), cfg.KeyPropagation), nil
	})
}

// beside opens the users' store, whether the server runs or not, and prints what was done. It uses no NATS: events wait in
// the outbox for the server.
func beside(ctx context.Context, call command.Call, do func(service *auth.Service, cfg auth.Config, alone bool) (done string, err error)) (err error) {
	s, err := load()
	if err != nil {
		return err
	}
	if users := s.users(); !exists(users) { // do not make an empty one in a wrong folder
		return fmt.Errorf("there is no database %s, so nobody has signed up here; STANDALONE_DATA names the folder of the server", users)
	}
	data, err := openFolder(s.own.Data)
	if err != nil {
		return err
	}
	alone, err := data.take() // so that no server starts meanwhile
	if err != nil {
		return err
	}
	defer data.release()
	if err := s.completeSecret(data); err != nil {
		return err
	}
	registry := memory.New()
	service, err := auth.OpenExisting(ctx, s.auth, auth.Deps{Tokens: registry, Throttle: registry, Log: call.Log})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, service.Close()) }()
	done, err := do(service, s.auth, alone)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(call.Out, done)
	return err
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
