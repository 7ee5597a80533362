package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"crm.example/deploy/bench/internal/load"
	"crm.example/deploy/bench/internal/process"
	"crm.example/deploy/bench/internal/proxies"
)

// rounds is how often each proxy is measured, in turn with the others; the medians are reported.
const rounds = 3

const (
	connections = 32  // of the closed loop
	steady      = 500 // requests a second of the open loop
)

// contender is a proxy, or the server behind them all, with what its rounds gave.
type contender struct {
	name, address string
	groups        []process.Group
	stop          func() error

	throughput []float64
	cpu        []time.Duration // per request, at saturation
	cpuSteady  []time.Duration
	p50, p99   []time.Duration
}

// measureGateway compares the gateway with two others, before the same server.
func measureGateway(ctx context.Context, o options, r *report) (err error) {
	s := r.section("gateway", "The gateway's own cost, beside other proxies before the same server, which answers 8 KiB")
	backend, stop, err := startBackend(filepath.Join(o.scratch, "gateway"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stop()) }()
	all := []*contender{{name: "no proxy", address: backend, stop: func() error { return nil }}}
	for _, begin := range []func(context.Context, string, string) (*proxies.Proxy, error){proxies.Gateway, proxies.Nginx, proxies.Caddy} {
		p, err := begin(ctx, filepath.Join(o.scratch, "gateway"), backend)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, p.Stop()) }()
		all = append(all, &contender{name: p.Name, address: p.Address, groups: []process.Group{p.Group}})
	}
	for range rounds {
		for _, c := range all {
			if err := c.round(ctx, o.span/3); err != nil {
				return fmt.Errorf("%s: %w", c.name, err)
			}
		}
	}
	t := s.table("proxy", "requests/s at saturation", "CPU ms each", fmt.Sprintf("p50 ms at %d/s", steady), "p99 ms", "CPU ms each")
	for _, c := range all {
		t.add(c.name, fmt.Sprintf("%.0f", middle(c.throughput)), finely(middle(c.cpu)), millis(middle(c.p50)), millis(middle(c.p99)), finely(middle(c.cpuSteady)))
	}
	return nil
}

func startBackend(dir string) (address string, stop func() error, err error) {
	self, err := os.Executable()
	if err != nil {
		return "", nil, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", nil, err
	}
	if address, err = process.FreeAddress(); err != nil {
		return "", nil, err
	}
	server, err := process.Start(filepath.Join(dir, "backend.log"), os.Environ(), self, serveAnswers, address)
	if err != nil {
		return "", nil, err
	}
	return address, server.Stop, nil
}

// round measures the contender once, at saturation and at a steady rate.
func (c *contender) round(ctx context.Context, span time.Duration) error {
	if _, err := proxies.Saturate(ctx, c.address, connections, span/5); err != nil { // warm up
		return err
	}
	before, err := process.Usage(c.groups)
	if err != nil {
		return err
	}
	sent, err := proxies.Saturate(ctx, c.address, connections, span)
	if err != nil {
		return err
	}
	c.throughput = append(c.throughput, float64(sent)/span.Seconds())
	if err := c.note(&c.cpu, before, sent); err != nil {
		return err
	}
	return c.steady(ctx, span)
}

// steady sends requests at a rate, each over a connection that is free.
func (c *contender) steady(ctx context.Context, span time.Duration) error {
	free := make(chan *proxies.Client, connections)
	for range connections {
		client, err := proxies.Dial(c.address)
		if err != nil {
			return err
		}
		defer client.Close()
		free <- client
	}
	before, err := process.Usage(c.groups)
	if err != nil {
		return err
	}
	result := load.Run(ctx, load.Plan{Rate: steady, Length: span, Seed: 1, Send: func(context.Context) error {
		client := <-free
		defer func() { free <- client }()
		return client.Ask()
	}})
	for reason := range result.Failed {
		return errors.New(reason)
	}
	c.p50, c.p99 = append(c.p50, result.Percentile(50)), append(c.p99, result.Percentile(99))
	return c.note(&c.cpuSteady, before, result.Sent)
}

func (c *contender) note(cpu *[]time.Duration, before []time.Duration, sent int) error {
	after, err := process.Usage(c.groups)
	if err != nil {
		return err
	}
	for i := range after {
		*cpu = append(*cpu, (after[i]-before[i])/time.Duration(sent))
	}
	return nil
}

// middle is the median; 0 of nothing.
func middle[T float64 | time.Duration](values []T) T {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}
