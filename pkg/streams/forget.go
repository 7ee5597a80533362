package streams

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/nats-io/nats.go/jetstream"
)

// Forget removes the events about erased documents from a stream. The events `deleted` stay: they have only ids, and consumers
// that were away still need them. subjects has the form of the contract, with * for the verb:
// crm.user.*.<userId>, or crm.ticket.*.<clientId>.* for all tickets of a client. Call it when `deleted` is in the stream
// and nothing about the documents can be published any more. It may be repeated.
func Forget(ctx context.Context, js jetstream.JetStream, stream, subjects string) error {
	s, err := js.Stream(ctx, stream)
	if err != nil {
		return fmt.Errorf("look up stream %s: %w", stream, err)
	}
	verbs, err := verbsLeft(ctx, s, subjects)
	if err != nil {
		return err
	}
	for _, verb := range verbs {
		if err := overwrite(ctx, s, strings.Replace(subjects, "*", verb, 1)); err != nil {
			return fmt.Errorf("erase events in stream %s: %w", stream, err)
		}
	}
	if verbs, err = verbsLeft(ctx, s, subjects); err == nil && len(verbs) > 0 {
		return fmt.Errorf("erase events in stream %s: %w", stream, errLeft)
	}
	return err
}

// errLeft says that Forget and ForgetDead must be called again. Any replica of the stream may answer their reads, also one that
// lags behind. Only the leader knows what is left.
var errLeft = errors.New("some are left that a replica did not show")

// overwrite removes messages one by one, so that the server fills their place in its files with random bytes. A purge would
// be one call, but the text would stay until the server removes the file.
func overwrite(ctx context.Context, s jetstream.Stream, subjects string) error {
	for next := uint64(1); ; {
		msg, err := s.GetMsg(ctx, next, jetstream.WithGetMsgSubject(subjects))
		if errors.Is(err, jetstream.ErrMsgNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := s.SecureDeleteMsg(ctx, msg.Sequence); err != nil && !errors.Is(err, jetstream.ErrMsgNotFound) {
			return err
		}
		next = msg.Sequence + 1
	}
}

// ForgetDead removes all dead letters on the subjects, of every consumer. Without their stream there are none.
func ForgetDead(ctx context.Context, js jetstream.JetStream, stream, subjects string) error {
	s, err := js.Stream(ctx, stream)
	if errors.Is(err, jetstream.ErrStreamNotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("look up stream %s: %w", stream, err)
	}
	if err := overwrite(ctx, s, subjects); err != nil {
		return fmt.Errorf("erase dead letters in stream %s: %w", stream, err)
	}
	left, err := s.Info(ctx, jetstream.WithSubjectFilter(subjects))
	if err == nil && len(left.State.Subjects) > 0 {
		err = errLeft
	}
	if err != nil {
		return fmt.Errorf("erase dead letters in stream %s: %w", stream, err)
	}
	return nil
}

// DeletedDocuments lists the ids of the documents of which the stream has an event `deleted` on the subjects: the last token of each.
// Subjects are as those of Forget.
func DeletedDocuments(ctx context.Context, js jetstream.JetStream, stream, subjects string) (ids []string, err error) {
	s, err := js.Stream(ctx, stream)
	if err != nil {
		return nil, fmt.Errorf("look up stream %s: %w", stream, err)
	}
	info, err := s.Info(ctx, jetstream.WithSubjectFilter(strings.Replace(subjects, "*", "deleted", 1)))
	if err != nil {
		return nil, fmt.Errorf("look up subjects of stream %s: %w", stream, err)
	}
	for subject := range info.State.Subjects {
		ids = append(ids, subject[strings.LastIndex(subject, ".")+1:])
	}
	return ids, nil
}

// verbsLeft returns the verbs of the events to be erased, also verbs that only a newer version knows.
func verbsLeft(ctx context.Context, s jetstream.Stream, subjects string) (verbs []string, err error) {
	info, err := s.Info(ctx, jetstream.WithSubjectFilter(subjects))
	if err != nil {
		return nil, fmt.Errorf("look up subjects of stream %s: %w", s.CachedInfo().Config.Name, err)
	}
	for subject := range info.State.Subjects {
		tokens := strings.Split(subject, ".")
		if len(tokens) > 2 && tokens[2] != "deleted" && !slices.Contains(verbs, tokens[2]) {
			verbs = append(verbs, tokens[2])
		}
	}
	return verbs, nil
}
