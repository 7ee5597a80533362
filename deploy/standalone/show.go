package main

import (
	"fmt"

	"crm.example/pkg/config"
)

// show prints the effective settings as the environment would hold them, secrets masked.
func show() error {
	s, err := load()
	if err != nil {
		return err
	}
	for _, part := range [][]any{
		config.Masked("STANDALONE", s.own), config.Masked("AUTH", s.auth), config.Masked("TICKET", s.ticket), config.Masked("GATEWAY", s.gateway),
	} {
		for i := 0; i+1 < len(part); i += 2 {
			fmt.Printf("%v=%v\n", part[i], part[i+1])
		}
	}
	return nil
}
