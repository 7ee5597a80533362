package main

import (
	"context"
	"errors"
	"slices"

	"crm.example/pkg/command"
	"crm.example/pkg/config"
)

// show prints the effective settings in the form of the environment, with secrets masked.
func show(_ context.Context, call command.Call) error {
	s, err := load()
	if err != nil {
		return err
	}
	return errors.Join(config.Show(call.Out, s.masked()), s.validate())
}

// changed returns the settings of masked that are not defaults.
func (s settings) changed() []any {
	a, t, g := defaultsIn(s.own.Data)
	a.TrustedProxies = append(a.TrustedProxies, inside)
	return slices.Concat(config.Changed("STANDALONE", Defaults(), s.own), config.Changed("AUTH", a, s.auth),
		config.Changed("TICKET", t, s.ticket), config.Changed("GATEWAY", g, s.gateway), config.Changed("NOTIFIER", notifierIn(s.own.Data), s.notifier))
}

// masked are the settings of all parts for the log, names and values in turn, secrets hidden.
func (s settings) masked() []any {
	return slices.Concat(config.Masked("STANDALONE", s.own), config.Masked("AUTH", s.auth),
		config.Masked("TICKET", s.ticket), config.Masked("GATEWAY", s.gateway), config.Masked("NOTIFIER", s.notifier))
}
