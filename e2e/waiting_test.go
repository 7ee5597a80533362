package e2e_test

import (
	"sync"
	"testing"
	"time"

	"crm.example/e2e/crm"
)

// atOnce sends n requests in parallel and gives their answers in the order of i.
func atOnce(n int, send func(i int) crm.Answer) []crm.Answer {
	answers := make([]crm.Answer, n)
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { answers[i] = send(i) })
	}
	all.Wait()
	return answers
}

// eventually polls for what another process has to bring about.
func eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if done() {
			return
		}
	}
	t.Fatalf("it did not come about: %s", what)
}
