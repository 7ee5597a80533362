package mongostore

import (
	"context"
	"fmt"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"crm.example/pkg/mongo"
	"crm.example/services/ticket/internal/ticket"
)

var _ ticket.Archive = (*Store)(nil)

// TicketsAfter is described in ticket.Archive.
func (s *Store) TicketsAfter(ctx context.Context, id string, limit int) ([]ticket.Ticket, error) {
	c, err := s.tickets(ctx)
	if err != nil {
		return nil, err
	}
	filter := bson.M{"_id": bson.M{"$gt": id}, "deletedAt": nil}
	cursor, err := c.Find(ctx, filter, options.Find().SetProjection(whole).SetSort(bson.M{"_id": 1}).SetHint(byID).SetLimit(int64(limit)))
	if err != nil {
		return nil, mongo.Translate(fmt.Errorf("list tickets whole: %w", err))
	}
	var documents []document
	if err := cursor.All(ctx, &documents); err != nil {
		return nil, mongo.Translate(fmt.Errorf("list tickets whole: %w", err))
	}
	tickets := make([]ticket.Ticket, len(documents))
	for i, d := range documents {
		tickets[i] = d.ticket()
	}
	return tickets, nil
}

// Restore is described in ticket.Archive.
func (s *Store) Restore(ctx context.Context, t ticket.Ticket) error {
	c, err := s.tickets(ctx)
	if err != nil {
		return err
	}
	d := documentOf(t)
	for _, m := range t.Conversation {
		d.Conversation = append(d.Conversation, messageOf(m))
	}
	_, err = c.InsertOne(ctx, d)
	if mongo.IsDuplicate(err) {
		return ticket.ErrThere
	}
	if err != nil {
		return mongo.Translate(fmt.Errorf("restore ticket: %w", err))
	}
	return nil
}
