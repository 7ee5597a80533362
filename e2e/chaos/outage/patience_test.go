//go:build chaos

package outage_test

import (
	"fmt"
	"runtime"
	"testing"
	"time"
)

// attempt is a test that may end early without failing.
type attempt struct {
	testing.TB
	failure string
}

func (a *attempt) Fatalf(format string, args ...any) {
	a.failure = fmt.Sprintf(format, args...)
	runtime.Goexit()
}

func (a *attempt) Fatal(args ...any) { a.Fatalf("%s", fmt.Sprint(args...)) }

// attempts of what is no part of the test itself, over as many seconds.
const attempts = 10

// patiently does what prepares a test, or looks at what came of it, again while it fails: a machine that is busy for a
// second makes timeouts of 100 ms.
func patiently(t *testing.T, do func(t testing.TB)) {
	t.Helper()
	for n := 1; ; n++ {
		a, ended := &attempt{TB: t}, make(chan struct{})
		go func() {
			defer close(ended)
			do(a)
		}()
		<-ended
		switch {
		case a.failure == "":
			return
		case n == attempts:
			t.Fatal(a.failure)
		}
		time.Sleep(time.Second)
	}
}
