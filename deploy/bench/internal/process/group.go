// Package process reads from /proc what servers under measurement use. Linux only.
package process

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/prometheus/procfs"
)

// Group is a part of a system whose CPU time is one figure: processes, and those that they have started.
type Group struct {
	Name  string
	PIDs  []int
	Alone bool // without those that they have started
}

// Use is what a group has used so far and holds now. Memory is in bytes; Own is the part of RSS that is not file contents,
// and Peak the most that was ever held.
type Use struct {
	CPU            time.Duration // of all cores, in user and kernel mode
	RSS, Own, Peak uint64
	Files          int // and connections that are open
}

// tick is the unit of CPU times in /proc: USER_HZ, which is 100 on every Linux that Go runs on.
const tick = 10 * time.Millisecond

// Usage is what each group uses.
func Usage(groups []Group) ([]Use, error) {
	processes, err := procfs.AllProcs()
	children := map[int][]int{}
	for _, p := range processes {
		if stat, err := p.Stat(); err == nil { // else it has ended meanwhile
			children[stat.PPID] = append(children[stat.PPID], p.PID)
		}
	}
	uses := make([]Use, len(groups))
	for i, g := range groups {
		pids := slices.Clone(g.PIDs)
		for n := 0; n < len(pids) && err == nil; n++ {
			if err = uses[i].add(pids[n]); err != nil {
				err = fmt.Errorf("%s: %w", g.Name, err)
			}
			if !g.Alone {
				pids = append(pids, children[pids[n]]...)
			}
		}
	}
	return uses, err
}

func (u *Use) add(pid int) error {
	p, err := procfs.NewProc(pid)
	if err != nil {
		return err
	}
	stat, errStat := p.Stat()
	status, errStatus := p.NewStatus()
	files, errFiles := p.FileDescriptorsLen()
	u.CPU += time.Duration(stat.UTime+stat.STime) * tick
	u.RSS, u.Own, u.Peak, u.Files = u.RSS+status.VmRSS, u.Own+status.RssAnon, u.Peak+status.VmHWM, u.Files+files
	return errors.Join(errStat, errStatus, errFiles)
}

// WaitIdle waits until the groups have finished what they do after their answers, such as publishing events: until all
// together used less than a tenth of a core for a second and a half, or for two minutes at most.
func WaitIdle(groups []Group) (uses []Use, err error) {
	const pause = 500 * time.Millisecond
	var before time.Duration
	for began, quiet := time.Now(), -1; err == nil && quiet < 3 && time.Since(began) < 2*time.Minute; {
		time.Sleep(pause)
		var now time.Duration
		uses, err = Usage(groups)
		for _, u := range uses {
			now += u.CPU
		}
		if quiet++; now-before > pause/10 {
			quiet = 0
		}
		before = now
	}
	return uses, err
}
