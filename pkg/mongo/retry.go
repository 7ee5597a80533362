package mongo

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"
)

// ErrConflict says that a document has changed since it was read.
var ErrConflict = errors.New("the document has changed meanwhile")

const (
	longestPause = 32 * time.Millisecond // about the time between two changes of a busy document
	retryWithin  = 30 * time.Second      // for callers without a deadline
)

// Retry runs try until it returns something else than ErrConflict, or ctx ends: then it is a problem `unavailable`.
// Each try has a time limit. A conflict means that somebody else's change was stored, so not all can be stuck.
func Retry(ctx context.Context, try func(ctx context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, retryWithin)
	defer cancel()
	for pause := time.Millisecond; ; pause = min(2*pause, longestPause) {
		err := once(ctx, try)
		if !errors.Is(err, ErrConflict) {
			return err
		}
		select {
		case <-ctx.Done():
			return Translate(fmt.Errorf("change a busy document: %w", ctx.Err()))
		case <-time.After(rand.N(pause)):
		}
	}
}

func once(ctx context.Context, try func(ctx context.Context) error) error {
	ctx, cancel := Bounded(ctx)
	defer cancel()
	return try(ctx)
}

// Bounded is a context for one call, with the time limit of a call. Calls made for a request need it: the driver prefers the
// deadline of a request, which may be far away, to the client's own limit.
func Bounded(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, callWithin)
}
