package main_test

import (
	"testing"

	"crm.example/deploy/bench/internal/listeners"
	main "crm.example/deploy/bench/listeners"
)

func TestComplete(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		lost, heard int64
		fails       bool
	}{"all heard": {0, 3, false}, "one missed": {0, 2, true}, "one twice": {0, 4, true}, "one lost": {1, 3, true}} {
		crowd := &listeners.Crowd{}
		crowd.Lost.Store(c.lost)
		crowd.Events.Store(c.heard)
		if err := main.Complete(crowd, 3); (err != nil) != c.fails {
			t.Errorf("%s: %v", name, err)
		}
	}
}
