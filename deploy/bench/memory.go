package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"crm.example/deploy/bench/internal/process"
)

// memories is a table of what processes hold, and what they use, while nobody asks anything.
type memories struct {
	groups []process.Group
	*table
}

func newMemories(s *section, groups []process.Group) memories {
	return memories{groups, s.table("process", "when", "RSS MiB", "of it own", "CPU")}
}

func (m memories) note(ctx context.Context, when string) error {
	const span = 5 * time.Second
	if err := process.Settle(m.groups); err != nil {
		return err
	}
	before, err := process.Usage(m.groups)
	if err != nil {
		return err
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(span):
	}
	after, err := process.Usage(m.groups)
	errs := []error{err}
	for i, g := range m.groups {
		all, own, err := g.Memory()
		errs = append(errs, err)
		if err == nil {
			m.add(g.Name, when, fmt.Sprint(all>>20), fmt.Sprint(own>>20), fmt.Sprintf("%.1f %%", 100*float64(after[i]-before[i])/float64(span)))
		}
	}
	return errors.Join(errs...)
}
