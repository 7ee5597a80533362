package mongostore

import (
	"context"

	"crm.example/pkg/events"
	"crm.example/pkg/mongo"
)

// Pending returns the oldest events that are not published yet, those of one ticket in the order of its changes.
func (s *Store) Pending(ctx context.Context, limit int) ([]events.Message, error) {
	c, err := s.tickets(ctx)
	if err != nil {
		return nil, err
	}
	return mongo.Pending(ctx, c, limit)
}

// Settle removes a published event; with the last event of a deleted ticket its tombstone goes too.
func (s *Store) Settle(ctx context.Context, m events.Message) error {
	c, err := s.tickets(ctx)
	if err != nil {
		return err
	}
	return mongo.Settle(ctx, c, m)
}
