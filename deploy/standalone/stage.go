package main

import (
	"context"
	"errors"
	"sync"
)

// errEnded stands beside the error of the part that it is about.
var errEnded = errors.New("a part of the server ended by itself, so the rest ends too")

// stage is a part of the process that runs until it is told to end. Stages end one after the other, so that
// none loses what another still needs.
type stage struct {
	cancel context.CancelFunc
	failed chan error // one of its parts ended by itself
	done   chan error
}

// begin runs the parts beside each other.
func begin(parts ...func(context.Context) error) *stage {
	ctx, cancel := context.WithCancel(context.Background())
	s := &stage{cancel: cancel, failed: make(chan error, len(parts)), done: make(chan error, 1)}
	var wg sync.WaitGroup
	errs := make([]error, len(parts))
	for i, part := range parts {
		wg.Go(func() {
			if errs[i] = part(ctx); ctx.Err() == nil {
				s.failed <- errEnded
			}
		})
	}
	go func() { wg.Wait(); s.done <- errors.Join(errs...) }()
	return s
}

// end returns when every part has.
func (s *stage) end() error {
	s.cancel()
	return <-s.done
}
