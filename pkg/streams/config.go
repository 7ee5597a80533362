// Package streams makes the streams of the event contract on NATS JetStream, keeps their settings, and erases events from
// them.
package streams

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"crm.example/pkg/crash"
	"crm.example/pkg/events"
)

// remembered is how long a stream remembers the Nats-Msg-Id of an event, so that an event that is sent again
// after a lost acknowledgement or a crash is stored once.
const remembered = 2 * time.Minute

// Of describes one of the streams of the contract. maxAge is how long it keeps an event; 0 is for ever. Its Replicas
// and MaxBytes are 0: a new stream then gets one replica and no limit (for dead letters DeadBytes), and an existing one keeps its own.
func Of(name string, maxAge time.Duration) jetstream.StreamConfig {
	subjects := map[string]string{
		events.TicketStream: events.TicketSubjects, events.TicketDeadStream: events.TicketDeadSubjects,
		events.UserStream: events.UserSubjects, events.UserDeadStream: events.UserDeadSubjects,
	}
	return jetstream.StreamConfig{
		Name: name, Subjects: []string{subjects[name]}, MaxAge: maxAge,
		Storage: jetstream.FileStorage, Retention: jetstream.LimitsPolicy, Discard: jetstream.DiscardOld,
		Duplicates: crash.DuplicateWindow(remembered), AllowDirect: true, AllowAtomicPublish: true,
	}
}

// Ensure creates the stream, or brings its subjects, age and duplicate window in line with want, and its replicas and
// bytes if want has them. An operator's other settings (placement, other limits) stay. If the error will stay until
// somebody changes a setting or the server, it is a sentence for the operator: see Keeper.Ready.
// It may be repeated, and called by several processes at once.
func Ensure(ctx context.Context, js jetstream.JetStream, want jetstream.StreamConfig) error {
	stream, err := js.Stream(ctx, want.Name)
	switch {
	case errors.Is(err, jetstream.ErrStreamNotFound):
		stream, err = js.CreateStream(ctx, bounded(want))
	case err == nil:
		stream, err = updateStream(ctx, js, stream, want)
	}
	if err != nil {
		return explain(js.Conn(), want.Name, err)
	}
	if !stream.CachedInfo().Config.AllowAtomicPublish {
		return unfit(fmt.Sprintf("The NATS server is too old (%s): it has no atomic batches, which came with 2.12", js.Conn().ConnectedServerVersion()))
	}
	return nil
}

func updateStream(ctx context.Context, js jetstream.JetStream, stream jetstream.Stream, want jetstream.StreamConfig) (jetstream.Stream, error) {
	is := stream.CachedInfo().Config
	switch {
	case is.Storage != want.Storage:
		return nil, unfit(fmt.Sprintf("The stream %s is kept in memory, not in files, and must be made anew", want.Name))
	case is.DenyPurge:
		return nil, unfit(fmt.Sprintf("The stream %s denies to be purged, so that nobody could be erased from it, and must be made anew", want.Name))
	}
	next := inLine(is, want)
	if reflect.DeepEqual(is, next) {
		return stream, nil
	}
	return js.UpdateStream(ctx, next)
}

func inLine(is, want jetstream.StreamConfig) jetstream.StreamConfig {
	is.Subjects, is.MaxAge, is.Duplicates = want.Subjects, want.MaxAge, want.Duplicates
	is.AllowDirect, is.AllowAtomicPublish = want.AllowDirect, want.AllowAtomicPublish
	if want.Replicas > 0 {
		is.Replicas = want.Replicas
	}
	if want.MaxBytes > 0 {
		is.MaxBytes = want.MaxBytes
	}
	return bounded(is)
}

// bounded gives every stream of dead letters a limit.
func bounded(c jetstream.StreamConfig) jetstream.StreamConfig {
	if c.MaxBytes <= 0 && (c.Name == events.TicketDeadStream || c.Name == events.UserDeadStream) {
		c.MaxBytes = DeadBytes
	}
	return c
}
