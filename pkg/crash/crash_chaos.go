//go:build chaos

package crash

import (
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

var (
	point, times, signal = planned()
	passed               atomic.Int64
)

func planned() (point string, times int64, signal syscall.Signal) {
	plan, signal := os.Getenv("CRM_CRASH_AT"), syscall.SIGKILL
	if plan == "" {
		plan, signal = os.Getenv("CRM_STOP_AT"), syscall.SIGSTOP
	}
	point, text, _ := strings.Cut(plan, ":")
	times, _ = strconv.ParseInt(text, 10, 64)
	return point, max(1, times), signal
}

// Planned tells whether the process must end or stop at the point now. It counts its calls.
func Planned(at string) bool { return at == point && passed.Add(1)%times == 0 }

// At ends or stops the process if that is planned.
func At(point string) {
	if Planned(point) {
		Now()
	}
}

// Now ends the process: deferred calls do not run, and buffers are lost. Or it stops the process, and returns when somebody
// lets it go on.
func Now() {
	_ = syscall.Kill(os.Getpid(), signal)
	if signal == syscall.SIGKILL {
		select {}
	}
}

// DuplicateWindow is how long a stream remembers an event's id: the value of CRM_DUPLICATES, which is so short that only the
// fence keeps repeats out.
func DuplicateWindow(usual time.Duration) time.Duration {
	if window, err := time.ParseDuration(os.Getenv("CRM_DUPLICATES")); err == nil {
		return window
	}
	return usual
}
