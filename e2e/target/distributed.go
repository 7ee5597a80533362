package target

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
)

// Plan is what a distributed deployment shall have. The zero value is one process of each, as configured by default.
type Plan struct {
	// Replicas of each service and the gateway, at least one.
	Replicas int
	// Settings are environment variables, NAME=value, over the defaults of the services.
	Settings []string
	// Build are more arguments of `go build`, such as -race or -tags=….
	Build []string
	// Front gives the address under which the services are to reach an engine (mongod, redis-server, nats-server), such as
	// that of a proxy before it. It is called before anything has started; nil means the engine's own address. The suite's own
	// readers of events connect to the engine itself.
	Front func(engine, address string) (string, error)
}

// Deployment is several processes that run: the services on engines. All that they keep is under one folder.
type Deployment struct {
	*Target
	plan     Plan
	folder   string
	services map[string][]*Process
	engines  map[string]*Process
	fronts   map[string]string // by engine: where the services find it
	began    []*Process        // the engines last: they end after those who need them
}

// Deploy builds the three services and runs each, in processes of their own, on MongoDB, Redis and NATS, from programs
// on PATH. The engines start last, so that the services have to wait for them. It returns when all replicas are ready.
func Deploy(folder string, plan Plan) (*Deployment, error) {
	programs := filepath.Join(folder, "bin")
	if err := build(programs, plan.Build); err != nil {
		return nil, err
	}
	for try := 1; ; try++ {
		d, err := deploy(filepath.Join(folder, strconv.Itoa(try)), programs, plan)
		if try == tries || !errors.Is(err, ErrPortTaken) {
			return d, err
		}
	}
}

func deploy(folder, programs string, plan Plan) (*Deployment, error) {
	plan.Replicas = max(1, plan.Replicas)
	d := &Deployment{
		Target: &Target{Mails: Folder(filepath.Join(folder, "mail"))}, plan: plan, folder: folder,
		services: map[string][]*Process{}, engines: map[string]*Process{}, fronts: map[string]string{},
	}
	if err := errors.Join(os.MkdirAll(folder, 0o700), d.place(programs)); err != nil {
		return nil, err
	}
	if err := d.start(); err != nil {
		return nil, errors.Join(err, d.Stop(), errors.New(d.Log()))
	}
	return d, nil
}

// place gives everything its address, before anything has started.
func (d *Deployment) place(programs string) error {
	ports, err := freePorts(len(engines) + 3*d.plan.Replicas)
	if err != nil {
		return err
	}
	for i, name := range engines {
		if d.fronts[name] = ports[i]; d.plan.Front != nil {
			if d.fronts[name], err = d.plan.Front(name, ports[i]); err != nil {
				return fmt.Errorf("put something before %s: %w", name, err)
			}
		}
		d.engines[name] = &Process{Name: name, Address: ports[i]}
	}
	d.BaseURL = "http://" + ports[len(engines)]
	d.NATSURL = "nats://consumer:c-consumer@" + d.engines[NATS].Address
	d.placeServices(programs, ports[len(engines):])
	return d.placeEngines(programs)
}

func (d *Deployment) start() error {
	for _, name := range []string{"gateway", "ticket", "auth"} {
		d.began = append(d.began, d.services[name]...)
	}
	for _, name := range []string{NATS, Redis, MongoDB} {
		d.began = append(d.began, d.engines[name])
	}
	for _, p := range d.began {
		d.logs = append(d.logs, p.Log)
		if err := p.Start(); err != nil {
			return err
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), startWithin)
	defer cancel()
	for _, p := range d.began {
		if err := p.Ready(ctx); err != nil {
			return err
		}
	}
	return d.loadContract(ctx)
}

// Service is a replica, from 0 on, of gateway, auth or ticket.
func (d *Deployment) Service(name string, replica int) *Process { return d.services[name][replica] }

// Engine is MongoDB, Redis or NATS.
func (d *Deployment) Engine(name string) *Process { return d.engines[name] }

// Gateways are the base URLs of all replicas of the gateway; BaseURL is the first.
func (d *Deployment) Gateways() (urls []string) {
	for _, p := range d.services["gateway"] {
		urls = append(urls, p.BaseURL())
	}
	return urls
}

// Stop ends the services before what they need. How an engine ends is not the suite's business.
func (d *Deployment) Stop() error {
	var errs []error
	for _, p := range d.began {
		if err := p.Stop(); d.engines[p.Name] == nil {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

func (d *Deployment) in(parts ...string) string {
	return filepath.Join(append([]string{d.folder}, parts...)...)
}
