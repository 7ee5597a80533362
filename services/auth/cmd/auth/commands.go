package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/pflag"

	"crm.example/pkg/build"
	"crm.example/pkg/config"
	"crm.example/pkg/runner"
	"crm.example/pkg/web"
	"crm.example/services/auth"
)

func showConfig(_ context.Context, c command) error {
	return errors.Join(config.Show(c.out, config.Masked("AUTH", c.cfg)), c.cfg.Validate())
}

func version(_ context.Context, c command) error {
	_, err := fmt.Fprintln(c.out, build.Line())
	return err
}

// healthcheck is for a container without a shell.
func healthcheck(ctx context.Context, c command) error {
	return web.CheckHealth(ctx, "AUTH_LISTEN", c.cfg.Listen)
}

// grantRole needs the registry that the services share: what it takes out of another goes on counting.
func grantRole(ctx context.Context, c command) error {
	flags := pflag.NewFlagSet("user grant-role", pflag.ContinueOnError)
	email := flags.String("email", "", "whose role it is")
	role := flags.String("role", "", "agent or client")
	if err := flags.Parse(c.args); err != nil || *email == "" || *role == "" || flags.NArg() > 0 {
		return errUsage
	}
	registry, err := runner.OpenRegistry("AUTH_REGISTRY_URL", c.cfg.RegistryURL, c.cfg.RegistryTimeout)
	if err != nil {
		return err
	}
	defer func() { _ = registry.Close() }()
	return c.beside(ctx, auth.Deps{Tokens: registry, Throttle: registry}, func(s *auth.Service) error {
		if err := s.GrantRole(ctx, *email, *role); err != nil {
			return err
		}
		fmt.Fprintf(c.out, "%s is now %s and has to log in again\n", *email, *role)
		return nil
	})
}

func rotateKeys(ctx context.Context, c command) error {
	if len(c.args) > 0 {
		return errUsage
	}
	return c.beside(ctx, auth.Deps{}, func(s *auth.Service) error {
		if err := s.RotateKeys(ctx); err != nil {
			return err
		}
		fmt.Fprintf(c.out, "the new key is published and signs in %s\n", c.cfg.KeyPropagation)
		return nil
	})
}
