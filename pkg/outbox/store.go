package outbox

import (
	"context"
	"errors"
	"time"

	"crm.example/pkg/events"
)

// Store keeps the events that a service wrote together with its changes.
type Store interface {
	// Waiting returns the ids of documents whose oldest unpublished event was written before that time, at most limit. If only
	// one process writes to the store, it may return later ones too.
	Waiting(ctx context.Context, before time.Time, limit int) ([]string, error)
	// Pending returns unpublished events of these documents, at most limit: the oldest of each document, without a gap,
	// in the order of its changes. A document without any is no error.
	Pending(ctx context.Context, documents []string, limit int) ([]events.Message, error)
	// MarkPublished removes events that the stream has acknowledged, all in one write. One that is gone already is no error.
	MarkPublished(ctx context.Context, published []events.Message) error
}

// Settled returns an error while events wait to be published.
func Settled(ctx context.Context, store Store) error {
	waiting, err := store.Waiting(ctx, time.Now().Add(time.Hour), 1)
	if err == nil && len(waiting) > 0 {
		err = errors.New("events still wait to be published; let the service publish them and export again")
	}
	return err
}
