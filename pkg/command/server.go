package command

import (
	"context"
	"errors"
	"fmt"

	"crm.example/pkg/build"
	"crm.example/pkg/config"
	"crm.example/pkg/web"
)

// Settings are those of a server: a struct that pkg/config fills.
type Settings interface {
	Validate() error
}

// Server is a program that answers requests, with settings of one prefix.
type Server[C Settings] struct {
	Prefix   string // "AUTH"
	Defaults func() C
	Listen   func(C) string
	Check    func(C) error // nil, or what serve checks besides Validate, without connecting to anything
	Serve    func(context.Context, Call, C) error
}

// Commands are those that every server has.
func (s Server[C]) Commands() []Command {
	return []Command{
		{Words: "serve", Doc: "answer requests", Do: s.With(s.serve)},
		{Words: "config", Doc: "show the effective settings, secrets masked; ends with 1 if serve refuses them", Do: s.With(s.show)},
		{Words: "healthcheck", Doc: "ask the running server whether it lives", Do: s.With(s.check)},
		Version(),
	}
}

// With gives do the settings from the environment.
func (s Server[C]) With(do func(context.Context, Call, C) error) func(context.Context, Call) error {
	return func(ctx context.Context, call Call) error {
		cfg := s.Defaults()
		if err := config.Load(s.Prefix, &cfg); err != nil {
			return err
		}
		return do(ctx, call, cfg)
	}
}

func (s Server[C]) serve(ctx context.Context, call Call, cfg C) error {
	if err := s.validate(cfg); err != nil {
		return err
	}
	return s.Serve(ctx, call, cfg)
}

func (s Server[C]) validate(cfg C) error {
	err := cfg.Validate()
	if s.Check != nil {
		err = errors.Join(err, s.Check(cfg))
	}
	return err
}

func (s Server[C]) show(_ context.Context, call Call, cfg C) error {
	return errors.Join(config.Show(call.Out, config.Masked(s.Prefix, cfg)), s.validate(cfg))
}

// check is for the health check of a container without a shell.
func (s Server[C]) check(ctx context.Context, _ Call, cfg C) error {
	return web.CheckHealth(ctx, s.Prefix+"_LISTEN", s.Listen(cfg))
}

// Version is the command that prints what the program was built from.
func Version() Command {
	return Command{Words: "version", Doc: "show what was built", Do: func(_ context.Context, call Call) error {
		_, err := fmt.Fprintln(call.Out, build.Line())
		return err
	}}
}
