package mongostore

import (
	"context"
	"time"

	"crm.example/pkg/events"
	"crm.example/pkg/mongo"
)

// Waiting returns ids of tickets with events that have waited since before that time.
func (s *Store) Waiting(ctx context.Context, before time.Time, limit int) ([]string, error) {
	c, err := s.Collection(ctx, tickets)
	if err != nil {
		return nil, err
	}
	return mongo.Waiting(ctx, c, before, limit)
}

// Pending returns these tickets' events that are not published yet, those of one ticket in the order of its changes.
func (s *Store) Pending(ctx context.Context, ids []string, limit int) ([]events.Message, error) {
	c, err := s.Collection(ctx, tickets)
	if err != nil {
		return nil, err
	}
	return mongo.Pending(ctx, c, ids, limit)
}

// MarkPublished removes published events; with the last event of a deleted ticket its tombstone goes too.
func (s *Store) MarkPublished(ctx context.Context, published []events.Message) error {
	c, err := s.Collection(ctx, tickets)
	if err != nil {
		return err
	}
	return mongo.MarkPublished(ctx, c, published)
}
