package bus

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"crm.example/pkg/events"
)

// duplicateWindow is how long a stream remembers the Nats-Msg-Id of an event, so that one sent again
// after a lost acknowledgement or a crash is not kept twice.
const duplicateWindow = 2 * time.Minute

// StreamOf describes one of the streams of the contract. maxAge is how long it keeps an event; 0 is for ever.
func StreamOf(name string, maxAge time.Duration) jetstream.StreamConfig {
	subjects := map[string]string{
		events.TicketStream: events.TicketSubjects, events.TicketDeadStream: events.TicketDeadSubjects,
		events.UserStream: events.UserSubjects, events.UserDeadStream: events.UserDeadSubjects,
	}
	return jetstream.StreamConfig{
		Name: name, Subjects: []string{subjects[name]}, MaxAge: maxAge,
		Storage: jetstream.FileStorage, Retention: jetstream.LimitsPolicy, Discard: jetstream.DiscardOld,
		Duplicates: duplicateWindow, AllowDirect: true, AllowAtomicPublish: true,
	}
}

// EnsureStream creates the stream, or brings its subjects, age and duplicate window in line with want.
// What else an operator has set on it (replicas, placement, limits) stays. It is safe to call again and
// from several processes at once.
func EnsureStream(ctx context.Context, js jetstream.JetStream, want jetstream.StreamConfig) error {
	stream, err := js.Stream(ctx, want.Name)
	if errors.Is(err, jetstream.ErrStreamNotFound) {
		return createStream(ctx, js, want)
	}
	if err != nil {
		return fmt.Errorf("look up stream %s: %w", want.Name, err)
	}
	return updateStream(ctx, js, stream.CachedInfo().Config, want)
}

func createStream(ctx context.Context, js jetstream.JetStream, want jetstream.StreamConfig) error {
	if _, err := js.CreateStream(ctx, want); err != nil {
		return fmt.Errorf("create stream %s: %w", want.Name, err)
	}
	return nil
}

func updateStream(ctx context.Context, js jetstream.JetStream, is, want jetstream.StreamConfig) error {
	if is.Storage != want.Storage {
		return fmt.Errorf("stream %s is kept in %s, not in files: it must be made anew", want.Name, is.Storage)
	}
	next := is
	next.Subjects, next.MaxAge, next.Duplicates = want.Subjects, want.MaxAge, want.Duplicates
	next.AllowDirect, next.AllowAtomicPublish = want.AllowDirect, want.AllowAtomicPublish
	if reflect.DeepEqual(is, next) {
		return nil
	}
	if _, err := js.UpdateStream(ctx, next); err != nil {
		return fmt.Errorf("update stream %s: %w", want.Name, err)
	}
	return nil
}
