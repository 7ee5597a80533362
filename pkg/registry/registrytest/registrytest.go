// Package registrytest is the suite that every registry passes, whatever keeps it.
package registrytest

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"crm.example/pkg/registry"
)

// Registry is what a backend implements.
type Registry interface {
	registry.Tokens
	registry.Throttle
}

// Run checks a backend's promises. open makes an empty registry for one test. Time is the backend's own: what
// ends is given a short life and asked for until it has ended.
func Run(t *testing.T, open func(t *testing.T) Registry) {
	for _, c := range []struct {
		name string
		test func(*testing.T, Registry)
	}{
		{"a registered token counts", registeredCounts},
		{"an expired token never counts", expiredNeverCounts},
		{"a token ends by itself", tokenEnds},
		{"use is noted per generation", useIsNoted},
		{"one user has so many tokens and no more", mostTokens},
		{"remove takes one token", removeTakesOne},
		{"revoking a session takes its tokens", revokeSession},
		{"revoking a user spares later epochs", revokeUser},
		{"no token survives its revocation", revokeUnderLoad},
		{"many tokens are asked about at once", standingsOfMany},
		{"asking after a token is no use of it", standingNotesNoUse},
		{"a token that ends stands so", standingEnds},
		{"a throttle lets limit attempts through", throttleLimits},
		{"a throttle tells what is left", throttleTellsWhatIsLeft},
		{"an attempt can be returned", throttleReturns},
		{"a window ends by itself", windowEnds},
		{"parallel attempts are counted exactly", throttleUnderLoad},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.test(t, open(t))
		})
	}
}

func token(id, user, session string, generation, epoch int) registry.Token {
	return registry.Token{ID: id, UserID: user, SessionID: session, Generation: generation, Epoch: epoch, Expires: time.Now().Add(time.Hour)}
}

func register(t *testing.T, r Registry, tokens ...registry.Token) {
	t.Helper()
	for _, token := range tokens {
		check(t, r.Register(t.Context(), token))
	}
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// wantCounting compares the user's tokens that count with those named.
func wantCounting(t *testing.T, r Registry, user string, want map[string]bool) {
	t.Helper()
	for id, count := range want {
		if got, err := r.Accept(t.Context(), user, id); err != nil || got != count {
			t.Errorf("Accept(%s, %s) = %t, %v, want %t", user, id, got, err, count)
		}
	}
}

// await asks until the answer is yes.
func await(t *testing.T, what string, ask func() (bool, error)) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(2 * time.Millisecond) {
		yes, err := ask()
		check(t, err)
		if yes {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s: still not", what)
		}
	}
}

// inParallel calls do from n goroutines, none of which begins before all are there.
func inParallel(t *testing.T, n int, do func(i int) error) {
	t.Helper()
	var wg, ready sync.WaitGroup
	ready.Add(n)
	for i := range n {
		wg.Go(func() {
			ready.Done()
			ready.Wait()
			if err := do(i); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

func name(prefix string, i int) string { return fmt.Sprintf("%s-%d", prefix, i) }
