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
	longestPause = 32 * time.Millisecond // about as long as a busy document takes to change
	retryWithin  = 30 * time.Second      // for callers without a deadline
)

// Retry runs try until it returns something else than ErrConflict, or ctx ends: then that is a problem `unavailable`.
// Each try is bounded. Somebody else's change has always been made when there is a conflict, so all of them together get on.
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

// Bounded is a context for one call, which ends when a call may take no longer. Calls made for a request need it: the
// driver lets the deadline of a request, which may be far away, go before the client's own.
func Bounded(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, callWithin)
}
