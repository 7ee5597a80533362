package main

import (
	"errors"
	"fmt"
	"time"

	"crm.example/deploy/bench/internal/api"
	"crm.example/deploy/bench/internal/crm"
	"crm.example/deploy/bench/internal/deployed"
	"crm.example/deploy/bench/internal/listeners"
	"crm.example/deploy/bench/internal/process"
)

// mostMB is what 5,000 listeners may cost, in MB of a million bytes: the whole process, not what it grew by.
var mostMB = map[string]uint64{"ticket": 200, "gateway": 300}

// hosts is whose listeners they are: clients with one ticket each.
const hosts = 100

// liveFeed holds idle listeners of the live feed open. It fails when they cost more than what was agreed, when one is lost, and when
// one does not hear of the change that is for it.
func (l *lab) liveFeed() error {
	title("Idle listeners of the live feed, %d, of %d clients", l.listeners, hosts)
	d, err := l.up(deployed.Distributed(l.ctx, l.at("listeners")))
	if err != nil {
		return err
	}
	c := crm.CRM{API: api.New(d.URL)}
	clients, err := c.Seed(l.ctx, hosts, hosts)
	if err != nil {
		return err
	}
	var parts []process.Group
	for _, g := range d.Groups {
		if mostMB[g.Name] > 0 {
			parts = append(parts, g)
		}
	}
	defer func() { l.memory.print() }()
	if err := l.memory.note(l, "nobody listens", parts, idle); err != nil {
		return err
	}
	open, err := listeners.Open(l.ctx, d.URL, l.listeners, func(i int) string { return clients[i%hosts].Token })
	if err != nil {
		return err
	}
	defer open.Close()
	err = errors.Join(l.memory.note(l, "they listen", parts, l.idle), within(parts), hear(c, clients, open),
		l.memory.note(l, "after the changes", parts, idle), within(parts), open.Complete())
	open.Close()
	return errors.Join(err, l.memory.note(l, "they have left", parts, 2*idle))
}

// hear makes a change for each listener and waits until it was heard of.
func hear(c crm.CRM, clients []crm.Client, open *listeners.Group) (err error) {
	begun := time.Now()
	for _, one := range clients {
		_, errReply := c.Reply(one)
		err = errors.Join(err, errReply)
	}
	for open.Complete() != nil && time.Since(begun) < time.Minute {
		time.Sleep(time.Millisecond)
	}
	fmt.Printf("\n%d changes were heard %d times within %s; %d heartbeats came.\n", hosts, open.Events.Load(), time.Since(begun).Round(time.Millisecond), open.Heartbeats.Load())
	return err
}

// within compares with what was agreed.
func within(parts []process.Group) error {
	uses, err := process.Usage(parts)
	for i, u := range uses {
		if most := mostMB[parts[i].Name]; u.RSS > most*1_000_000 {
			err = errors.Join(err, fmt.Errorf("%s holds %d kB, more than %d MB", parts[i].Name, u.RSS/1000, most))
		}
	}
	return err
}
