package bus

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// errUnusable marks a durable that somebody has to change.
var errUnusable = errors.New("the durable cannot be used")

// place is how far the events of a stream were handled. A stream is identified by the time when it was made.
type place struct {
	stream time.Time
	done   uint64
}

// ensure makes the durable, or corrects its settings, and returns it.
func (l *loop) ensure(ctx context.Context) (jetstream.Consumer, error) {
	stream, err := l.js.Stream(ctx, l.kind.Stream)
	if err != nil {
		return nil, fmt.Errorf("look up stream %s: %w", l.kind.Stream, err)
	}
	made := stream.CachedInfo().Created
	is, err := stream.Consumer(ctx, l.c.Durable)
	switch {
	case errors.Is(err, jetstream.ErrNotPullConsumer):
		return nil, fmt.Errorf("%w: %s of %s is a push consumer", errUnusable, l.c.Durable, l.kind.Stream)
	case errors.Is(err, jetstream.ErrConsumerNotFound):
		is, err = l.js.CreateConsumer(ctx, l.kind.Stream, l.wanted(l.start(made)))
	case err == nil:
		is, err = l.bringInLine(ctx, is)
	}
	if err != nil {
		return nil, fmt.Errorf("durable %s of %s: %w", l.c.Durable, l.kind.Stream, err)
	}
	if !made.Equal(l.at.stream) { // sequences of documents may begin again in a stream that was made anew
		l.seen.Purge()
		l.at = place{stream: made}
	}
	l.stream = stream
	l.at.done = max(l.at.done, is.CachedInfo().AckFloor.Stream)
	return is, nil
}

// bringInLine changes the settings that differ and can be changed. The place where the durable began and the operator's own
// settings (replicas, metadata) stay.
func (l *loop) bringInLine(ctx context.Context, durable jetstream.Consumer) (jetstream.Consumer, error) {
	is := durable.CachedInfo().Config
	if is.AckPolicy != jetstream.AckExplicitPolicy || is.Durable == "" {
		return nil, fmt.Errorf("%w: it is not durable with explicit acknowledgement; delete it, or choose another name", errUnusable)
	}
	next := l.wanted(is)
	if reflect.DeepEqual(is, next) {
		return durable, nil
	}
	return l.js.UpdateConsumer(ctx, l.kind.Stream, next)
}

// wanted is a configuration with the settings that order, acknowledgement and dead letters need.
func (l *loop) wanted(from jetstream.ConsumerConfig) jetstream.ConsumerConfig {
	from.Name, from.Durable = l.c.Durable, l.c.Durable
	from.FilterSubject, from.FilterSubjects = l.kind.Subject, nil
	from.AckPolicy, from.AckWait, from.MaxAckPending = jetstream.AckExplicitPolicy, l.c.AckWait, 1
	from.MaxDeliver, from.BackOff = -1, nil // with a limit the server would drop events
	from.InactiveThreshold, from.HeadersOnly = 0, false
	from.MaxRequestBatch, from.MaxRequestMaxBytes, from.MaxRequestExpires = 0, 0, 0
	return from
}

// start says where a new durable begins.
func (l *loop) start(made time.Time) (c jetstream.ConsumerConfig) {
	switch {
	case l.at.done > 0 && made.Equal(l.at.stream):
		c.DeliverPolicy, c.OptStartSeq = jetstream.DeliverByStartSequencePolicy, l.at.done+1
	case l.c.New && l.at.stream.IsZero():
		c.DeliverPolicy = jetstream.DeliverNewPolicy
	}
	return c
}
