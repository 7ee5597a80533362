package streams

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/nats-io/nats.go/jetstream"

	"crm.example/pkg/events"
)

// DeletedUsers lists the users that have an event `deleted` in the stream. It reads only subjects, which needs no consumer.
func DeletedUsers(ctx context.Context, js jetstream.JetStream) (ids []string, err error) {
	deleted := events.UserDeleted{}.Kind()
	stream, err := js.Stream(ctx, deleted.Stream)
	if err != nil {
		return nil, fmt.Errorf("ask NATS for the deleted accounts in %s: %w", deleted.Stream, err)
	}
	info, err := stream.Info(ctx, jetstream.WithSubjectFilter(deleted.Subject))
	if err != nil {
		return nil, fmt.Errorf("ask NATS for the deleted accounts in %s: %w", deleted.Stream, err)
	}
	for _, subject := range slices.Sorted(maps.Keys(info.State.Subjects)) {
		ids = append(ids, subject[strings.LastIndexByte(subject, '.')+1:])
	}
	return ids, nil
}
