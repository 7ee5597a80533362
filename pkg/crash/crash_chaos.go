//go:build chaos

package crash

import (
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
)

var (
	plan, times, _ = strings.Cut(os.Getenv("CRM_CRASH_AT"), ":")
	left           atomic.Int64
)

func init() {
	n, _ := strconv.ParseInt(times, 10, 64)
	left.Store(max(1, n))
}

// Planned tells whether the process is to end at the point now: it counts how often it is asked.
func Planned(point string) bool { return point == plan && left.Add(-1) == 0 }

// At ends the process if that is planned.
func At(point string) {
	if Planned(point) {
		Now()
	}
}

// Now ends the process; nothing that is deferred or buffered happens any more.
func Now() {
	_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
	select {}
}
