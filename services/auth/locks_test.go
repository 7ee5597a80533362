package auth_test

import (
	"bytes"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"crm.example/services/auth"
	"crm.example/services/auth/internal/account"
)

// lines are what was logged, read beside who logs.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lines) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(line)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func TestLocksAreLogged(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var log lines
		auth.LogLocks(slog.New(slog.NewTextHandler(&log, nil)))("0197f0c4", account.LoginLock, 15*time.Minute)
		want := func(text string, n int) {
			t.Helper()
			if got := strings.Count(log.String(), text); got != n {
				t.Errorf("%q stands %d times, want %d:\n%s", text, got, n, log.String())
			}
		}
		want(`level=WARN msg="account locked after too many failures" user=0197f0c4 for=login opens=2000-01-01T00:15:00Z`, 1)
		time.Sleep(15*time.Minute - 1)
		synctest.Wait()
		want("open again", 0)
		time.Sleep(time.Nanosecond)
		synctest.Wait()
		want(`level=INFO msg="account open again" user=0197f0c4 for=login`, 1)
	})
}
