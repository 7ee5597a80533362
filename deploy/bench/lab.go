package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"crm.example/deploy/bench/internal/api"
	"crm.example/deploy/bench/internal/crm"
	"crm.example/deploy/bench/internal/deployed"
	"crm.example/deploy/bench/internal/fill"
	"crm.example/deploy/bench/internal/process"
)

// lab is where a part is measured: the systems that are up.
type lab struct {
	options
	ctx     context.Context
	systems []system
	stops   []func() error
	memory  memory
}

// stop ends everything, the last first.
func (l *lab) stop() error {
	var errs []error
	for _, stop := range slices.Backward(l.stops) {
		errs = append(errs, stop())
	}
	return errors.Join(errs...)
}

func (l *lab) sleep(d time.Duration) error {
	select {
	case <-l.ctx.Done():
		return l.ctx.Err()
	case <-time.After(d):
		return nil
	}
}

// at is where a deployment of that name is kept.
func (l *lab) at(name string) deployed.Options {
	return deployed.Options{Dir: filepath.Join(l.scratch, name), Data: filepath.Join(l.scratch, name, "kept")}
}

// up notes what has been started.
func (l *lab) up(d *deployed.Deployment, err error) (*deployed.Deployment, error) {
	if err == nil {
		l.stops = append(l.stops, d.Stop)
	}
	return d, err
}

func (l *lab) add(s system) { l.systems = append(l.systems, s) }

// self is this process, without the servers that it has started.
var self = process.Group{Name: "driver", PIDs: []int{os.Getpid()}, Alone: true}

// byAPI is how many tickets are opened one by one; more are imported. most is how many clients log in then.
const byAPI, most = 20_000, 500

func (o options) imported() bool { return o.data != "" || o.tickets > byAPI }

type deploy func(context.Context, deployed.Options) (*deployed.Deployment, error)

// start starts a deployment with its data in the scratch folder, or in the one that is kept, filled if they are imported.
func (l *lab) start(name string, deploy deploy) (d *deployed.Deployment, c crm.CRM, clients []crm.Client, err error) {
	at := l.at(name)
	if l.data != "" {
		at.Data = filepath.Join(l.data, fmt.Sprintf("%s-%d", name, l.tickets))
	}
	if l.imported() && !at.Filled() {
		at.Archive = filepath.Join(l.scratch, "archive")
		if _, missing := os.Stat(at.Archive); missing != nil { // no other part wrote it
			err = fill.Archive(at.Archive, l.clients, l.tickets, crm.Message)
		}
	}
	if err == nil {
		d, err = l.up(deploy(l.ctx, at))
	}
	if err == nil {
		c, clients, err = l.filled(name, d)
	}
	return d, c, clients, err
}

const idle = 5 * time.Second

// filled fills the deployment, unless it came with its tickets, and makes a system of it.
func (l *lab) filled(name string, d *deployed.Deployment) (c crm.CRM, clients []crm.Client, err error) {
	c = crm.CRM{API: api.New(d.URL)}
	if err = l.memory.note(l, "started", d.Groups, idle); err == nil {
		clients, err = l.enter(c)
	}
	if err == nil {
		l.add(system{name, name, d.Groups, c.Operations(clients)})
		err = l.memory.note(l, "filled", d.Groups, idle)
	}
	return c, clients, err
}

// enter signs clients up who open all tickets, or logs some of those in who are there with theirs.
func (l *lab) enter(c crm.CRM) ([]crm.Client, error) {
	if !l.imported() {
		return c.Seed(l.ctx, l.clients, l.tickets)
	}
	emails := make([]string, min(most, l.clients))
	for i := range emails {
		emails[i] = fill.Email(i * l.clients / len(emails))
	}
	return c.Return(l.ctx, emails, fill.Password)
}

// compare measures, and prints the memory of the systems that were filled.
func (l *lab) compare() error {
	err := l.measure()
	for _, s := range l.systems {
		if s.name == s.beside {
			err = errors.Join(err, l.memory.note(l, "measured", s.groups, idle))
		}
	}
	l.memory.print()
	return err
}
