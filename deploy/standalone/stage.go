package main

import (
	"context"
	"errors"
	"sync"
)

// errEnded is joined to the error of the part that ended.
var errEnded = errors.New("a part of the server ended by itself, so the rest ends too")

// stage has parts of the process that run until they are told to end. Stages end one after the other, so that
// none ends before another that needs it.
type stage struct {
	cancel context.CancelFunc
	failed chan error // one of its parts ended by itself
	done   chan error
}

// begin runs the parts at the same time.
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

// end returns when every part has ended.
func (s *stage) end() error {
	s.cancel()
	return <-s.done
}
