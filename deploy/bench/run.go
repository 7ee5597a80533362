package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
)

// part is one of the things that can be measured alone.
type part struct {
	name    string
	measure func(context.Context, options, *report) error
}

var parts = []part{
	{"standalone", measureStandalone},
	{"distributed", measureDistributed},
	{"gateway", measureGateway},
	{"events", measureEvents},
}

func names() (all []string) {
	for _, p := range parts {
		all = append(all, p.name)
	}
	return all
}

// run measures the parts, one after the other, and prints what came of them even if a later one fails. The page keeps its
// figures unless all were measured to their end.
func run(ctx context.Context, o options) (err error) {
	chosen, err := choose(o.only)
	if err != nil {
		return err
	}
	if o.scratch, err = os.MkdirTemp(o.dir, "crm-bench-"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(o.scratch)) }()
	r := &report{}
	if r.machine, err = machine(o.scratch); err != nil {
		return err
	}
	for _, p := range chosen {
		if err := p.measure(ctx, o, r); err != nil {
			return errors.Join(fmt.Errorf("%s: %w", p.name, err), r.print())
		}
	}
	return errors.Join(r.print(), r.write(o.page))
}

func choose(only string) ([]part, error) {
	if only == "" {
		return parts, nil
	}
	var chosen []part
	for name := range strings.SplitSeq(only, ",") {
		i := slices.IndexFunc(parts, func(p part) bool { return p.name == name })
		if i < 0 {
			return nil, fmt.Errorf("there is no part %q; there are %s", name, strings.Join(names(), ", "))
		}
		chosen = append(chosen, parts[i])
	}
	return chosen, nil
}
