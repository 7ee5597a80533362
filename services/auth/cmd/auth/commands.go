package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/pflag"

	"crm.example/pkg/command"
	"crm.example/pkg/runner"
	"crm.example/services/auth"
)

var grantRoleCommand = command.Command{
	Words: "user grant-role", Doc: "give a user a role; the user has to log in again",
	Flags: func(f *pflag.FlagSet) {
		f.String("email", "", "the user's `EMAIL`")
		f.String("role", "", "the role: `client|agent|admin`")
	},
	Do: server.With(grantRole),
}

// grantRole needs the registry that the services share: if it removes tokens from another one, they stay valid.
func grantRole(ctx context.Context, call command.Call, cfg auth.Config) error {
	registry, err := runner.OpenRegistry("AUTH_REGISTRY_URL", cfg.RegistryURL, cfg.RegistryTimeout)
	if err != nil {
		return err
	}
	defer func() { _ = registry.Close() }()
	deps := auth.Deps{Tokens: registry, Throttle: registry, Log: call.Log}
	return beside(ctx, cfg, deps, func(s *auth.Service) error {
		if err := s.GrantRole(ctx, call.Text("email"), call.Text("role")); err != nil {
			return err
		}
		_, err := fmt.Fprintf(call.Out, "%s is now %s and has to log in again\n", call.Text("email"), call.Text("role"))
		return err
	})
}

var rotateKeysCommand = command.Command{
	Words: "keys rotate", Doc: "sign with a new key from AUTH_KEY_PROPAGATION on", Do: server.With(rotateKeys),
}

func rotateKeys(ctx context.Context, call command.Call, cfg auth.Config) error {
	return beside(ctx, cfg, auth.Deps{Log: call.Log}, func(s *auth.Service) error {
		if err := s.RotateKeys(ctx); err != nil {
			return err
		}
		_, err := fmt.Fprintf(call.Out, "the new key is stored: running services publish it within %s, and sign with it in %s\n", cfg.KeyReload(), cfg.KeyPropagation)
		return err
	})
}

// beside opens the service's store beside the running service, which publishes the events.
func beside(ctx context.Context, cfg auth.Config, deps auth.Deps, do func(*auth.Service) error) error {
	s, err := auth.OpenExisting(ctx, cfg, deps)
	if err != nil {
		return err
	}
	return errors.Join(do(s), s.Close())
}
