package process

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Group is a part of a deployment whose CPU time is one figure: processes, and those that they have started.
type Group struct {
	Name  string
	PIDs  []int
	Alone bool // without those that they have started
}

// Usage is the CPU time of each group so far.
func Usage(groups []Group) ([]time.Duration, error) {
	parents, err := parents()
	if err != nil {
		return nil, err
	}
	used := make([]time.Duration, len(groups))
	for i, g := range groups {
		for _, pid := range g.all(parents) {
			cpu, err := CPU(pid)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", g.Name, err)
			}
			used[i] += cpu
		}
	}
	return used, nil
}

// Memory is what the group holds, in bytes: all of it, and the part that is its own and not file contents.
func (g Group) Memory() (all, own int64, err error) {
	parents, err := parents()
	if err != nil {
		return 0, 0, err
	}
	var errs []error
	for _, pid := range g.all(parents) {
		a, o, err := RSS(pid)
		all, own, errs = all+a, own+o, append(errs, err)
	}
	return all, own, errors.Join(errs...)
}

// Settle waits until the groups have finished what they do after their answers, such as publishing events: until all
// together used less than a tenth of a core for a second and a half, or for two minutes at most.
func Settle(groups []Group) error {
	const pause = 500 * time.Millisecond
	before, err := Usage(groups)
	for began, quiet := time.Now(), 0; err == nil && quiet < 3 && time.Since(began) < 2*time.Minute; {
		time.Sleep(pause)
		var now []time.Duration
		now, err = Usage(groups)
		quiet++
		if sum(now)-sum(before) > pause/10 {
			quiet = 0
		}
		before = now
	}
	return err
}

func sum(parts []time.Duration) (all time.Duration) {
	for _, part := range parts {
		all += part
	}
	return all
}

// all are the group's processes and, unless it is alone, their children and theirs.
func (g Group) all(parents map[int]int) []int {
	all := slices.Clone(g.PIDs)
	for i := 0; i < len(all) && !g.Alone; i++ {
		for child, parent := range parents {
			if parent == all[i] {
				all = append(all, child)
			}
		}
	}
	return all
}

// parents is the parent of each process that runs.
func parents() (map[int]int, error) {
	paths, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return nil, err
	}
	of := map[int]int{}
	for _, path := range paths {
		raw, err := os.ReadFile(path)
		if err != nil {
			continue // it has ended meanwhile
		}
		_, rest, _ := strings.Cut(string(raw), ") ")
		var state string
		var parent int
		if _, err := fmt.Sscan(rest, &state, &parent); err != nil {
			return nil, fmt.Errorf("read %s: unexpected %q", path, raw)
		}
		pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		of[pid] = parent
	}
	return of, nil
}
