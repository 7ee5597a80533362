package bus

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/nats-io/nats.go/jetstream"
)

// Forget removes the events about erased documents from a stream, but for the events `deleted`, which tell ids only and
// which consumers that were away still need. subjects is as the contract has them, with * for the verb:
// crm.user.*.<userId>, or crm.ticket.*.<clientId>.* for all tickets of a client. Call it when `deleted` is in the stream
// and nothing about the documents can be published any more. It may be repeated.
func Forget(ctx context.Context, js jetstream.JetStream, stream, subjects string) error {
	s, err := js.Stream(ctx, stream)
	if err != nil {
		return fmt.Errorf("look up stream %s: %w", stream, err)
	}
	info, err := s.Info(ctx, jetstream.WithSubjectFilter(subjects))
	if err != nil {
		return fmt.Errorf("look up subjects of stream %s: %w", stream, err)
	}
	for verb := range verbsOf(info.State.Subjects) {
		if verb == "deleted" {
			continue
		}
		if err := s.Purge(ctx, jetstream.WithPurgeSubject(strings.Replace(subjects, "*", verb, 1))); err != nil {
			return fmt.Errorf("purge stream %s: %w", stream, err)
		}
	}
	return nil
}

// ForgetDead removes all dead letters on the subjects, whoever set them aside. Without their stream there are none.
func ForgetDead(ctx context.Context, js jetstream.JetStream, stream, subjects string) error {
	s, err := js.Stream(ctx, stream)
	if errors.Is(err, jetstream.ErrStreamNotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("look up stream %s: %w", stream, err)
	}
	if err := s.Purge(ctx, jetstream.WithPurgeSubject(subjects)); err != nil {
		return fmt.Errorf("purge stream %s: %w", stream, err)
	}
	return nil
}

// verbsOf knows also those of a newer version.
func verbsOf(subjects map[string]uint64) map[string]bool {
	verbs := map[string]bool{}
	for subject := range subjects {
		if tokens := strings.Split(subject, "."); len(tokens) > 2 {
			verbs[tokens[2]] = true
		}
	}
	return verbs
}
