// Package bustest looks at consumers for tests.
package bustest

import (
	"cmp"
	"context"

	"github.com/nats-io/nats.go/jetstream"
)

// CaughtUp tells whether a consumer has dealt with all that its stream had when it was asked; it is false while the consumer or
// the server is away. What is pending for a consumer does not tell it: the server counts an event for its consumers a
// moment after it has acknowledged it to whoever published it.
func CaughtUp(ctx context.Context, js jetstream.JetStream, stream, consumer string) bool {
	s, err := js.Stream(ctx, stream)
	if err != nil {
		return false
	}
	c, err := s.Consumer(ctx, consumer)
	if err != nil {
		return false
	}
	last, err := lastOf(ctx, s, c.CachedInfo().Config)
	if err != nil {
		return false
	}
	now, err := c.Info(ctx)
	return err == nil && now.Delivered.Stream >= last && now.NumAckPending == 0
}

// lastOf is the sequence of the last message that is there and the consumer takes, 0 if there is none.
func lastOf(ctx context.Context, s jetstream.Stream, of jetstream.ConsumerConfig) (last uint64, err error) {
	filters := of.FilterSubjects
	if len(filters) == 0 {
		filters = []string{cmp.Or(of.FilterSubject, ">")}
	}
	for _, filter := range filters {
		info, err := s.Info(ctx, jetstream.WithSubjectFilter(filter))
		if err != nil {
			return 0, err
		}
		for subject := range info.State.Subjects {
			m, err := s.GetLastMsgForSubject(ctx, subject)
			if err != nil {
				return 0, err
			}
			last = max(last, m.Sequence)
		}
	}
	return last, nil
}
