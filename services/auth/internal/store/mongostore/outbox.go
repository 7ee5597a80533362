package mongostore

import (
	"context"
	"time"

	"crm.example/pkg/events"
	"crm.example/pkg/mongo"
)

// Waiting implements the relay's outbox.
func (s *Store) Waiting(ctx context.Context, before time.Time, limit int) ([]string, error) {
	c, err := s.Collection(ctx, users)
	if err != nil {
		return nil, err
	}
	return mongo.Waiting(ctx, c, before, limit)
}

// Pending implements the relay's outbox.
func (s *Store) Pending(ctx context.Context, ids []string, limit int) ([]events.Message, error) {
	c, err := s.Collection(ctx, users)
	if err != nil {
		return nil, err
	}
	return mongo.Pending(ctx, c, ids, limit)
}

// MarkPublished implements the relay's outbox.
func (s *Store) MarkPublished(ctx context.Context, published []events.Message) error {
	c, err := s.Collection(ctx, users)
	if err != nil {
		return err
	}
	return mongo.MarkPublished(ctx, c, published)
}
