package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/mattn/go-isatty"

	"crm.example/pkg/command"
	"crm.example/pkg/registry/memory"
	"crm.example/services/auth"
	"crm.example/services/ticket"
)

// Who is in the demo. All of them are made up.
var (
	demoAgents  = []string{"Amber", "Blue", "Coral", "Denim"} // the first is the admin
	demoClients = []string{"Alder", "Birch", "Cedar", "Elder", "Fir", "Hazel", "Juniper", "Larch", "Maple", "Oak", "Pine", "Rowan", "Spruce", "Willow", "Yew"}
)

// demonstrate is the command demo. It goes by the use cases of the services; a server that starts on the folder announces what happened.
func demonstrate(ctx context.Context, call command.Call) error {
	s, err := load()
	if err != nil {
		return err
	}
	data, err := openFolder(s.own.Data)
	if err != nil {
		return err
	}
	alone, err := data.take()
	if err != nil {
		return err
	}
	defer data.release()
	if !alone || exists(s.users()) || exists(data.in("ticket.db")) || exists(data.in("nats")) {
		return fmt.Errorf("there are data in %s; the demo wants a fresh folder: STANDALONE_DATA names another one", s.own.Data)
	}
	if err := s.completeSecret(data); err != nil {
		return err
	}
	password := strings.ToLower(rand.Text()[:16])
	people, err := s.invite(ctx, call, password)
	if err != nil {
		return err
	}
	bar := newBar("tickets")
	tickets, err := ticket.Demo(ctx, s.ticket, people, time.Now(), bar)
	if err != nil {
		return err
	}
	return introduce(call, people, tickets, password)
}

// invite signs everybody up, and makes agents of those who are.
func (s settings) invite(ctx context.Context, call command.Call, password string) (people []ticket.Acquaintance, err error) {
	registry := memory.New()
	service, err := auth.Open(ctx, s.auth, auth.Deps{Tokens: registry, Throttle: registry, Log: call.Log})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, service.Close()) }()
	bar, all := newBar("people"), invited()
	for i, p := range all {
		if p.ID, err = service.SignUp(ctx, p.Name, p.Email, password, company(p)); err != nil {
			return nil, err
		}
		if p.Role != "client" {
			p.Sequence++ // the second event tells of the role
			if err := service.GrantRole(ctx, p.Email, p.Role); err != nil {
				return nil, err
			}
		}
		people = append(people, p)
		bar(i+1, len(all))
	}
	return people, nil
}

func invited() (all []ticket.Acquaintance) {
	for i, name := range demoAgents {
		role, kind := "agent", "Agent"
		if i == 0 {
			role, kind = "admin", "Admin"
		}
		all = append(all, ticket.Acquaintance{Name: kind + " " + name, Email: strings.ToLower(name) + "@example.com", Role: role, Sequence: 1})
	}
	for _, name := range demoClients {
		all = append(all, ticket.Acquaintance{Name: "Client " + name, Email: strings.ToLower(name) + "@example.org", Role: "client", Sequence: 1})
	}
	return all
}

func company(p ticket.Acquaintance) string {
	if p.Role == "client" {
		return strings.TrimPrefix(p.Name, "Client ") + " Example Ltd"
	}
	return "Example Bicycles"
}

// introduce says whose passwords were made. There is one for all.
func introduce(call command.Call, people []ticket.Acquaintance, tickets int, password string) error {
	table := tabwriter.NewWriter(call.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(table, "%d people and %d tickets of a made-up company are there. Everybody's password is %s\n\n", len(people), tickets, password)
	for _, p := range people {
		fmt.Fprintf(table, "%s\t%s\t%s\n", p.Role, p.Email, p.Name)
	}
	fmt.Fprintln(table, "\nStart the server: make run, or standalone. It announces what happened, in the first seconds.")
	return table.Flush()
}

// newBar draws how far something is, where a person looks.
func newBar(what string) func(done, of int) {
	if !isatty.IsTerminal(os.Stderr.Fd()) {
		return func(int, int) {}
	}
	const width = 40
	return func(done, of int) {
		full := width * done / of
		fmt.Fprintf(os.Stderr, "\r%-8s [%s%s] %d/%d", what, strings.Repeat("#", full), strings.Repeat(" ", width-full), done, of)
		if done == of {
			fmt.Fprintln(os.Stderr)
		}
	}
}
