package mongostore

import (
	"context"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/readconcern"

	"crm.example/pkg/mongo"
	"crm.example/services/ticket/internal/store/document"
	"crm.example/services/ticket/internal/ticket"
)

// Find is described in ticket.Store.
func (s *Store) Find(ctx context.Context, scope ticket.Scope, id string) (ticket.Ticket, error) {
	d, err := mongo.Find[document.Ticket](ctx, s.DB, tickets, within(scope, id), options.FindOne().SetProjection(wholeFor(scope)))
	return d.Ticket(), err
}

// TicketsAfter is described in ticket.Archive.
func (s *Store) TicketsAfter(ctx context.Context, id string, limit int) ([]ticket.Ticket, error) {
	after := bson.D{{Key: "_id", Value: bson.M{"$gt": id}}, {Key: "deletedAt", Value: nil}}
	page := options.Find().SetProjection(whole).SetSort(bson.M{"_id": 1}).SetHint(byID).SetLimit(int64(limit))
	return mongo.List(ctx, s.DB, tickets, document.Ticket.Ticket, after, page)
}

// head is a ticket without its conversation, and the idempotency of the message with the target's key. It sees the latest write,
// also one that no majority has yet: a change that is based on it waits for both.
func head(ctx context.Context, c *driver.Collection, target ticket.Target) (Indexed, ticket.Idempotency, error) {
	c = c.Clone(options.Collection().SetReadConcern(readconcern.Local()))
	found := c.FindOne(ctx, within(target.Scope, target.ID), options.FindOne().SetProjection(headOf(target)))
	d, err := mongo.One[Indexed](found, "read ticket")
	var earlier document.Once
	for _, m := range d.Conversation {
		earlier = m.SentWith
	}
	for _, n := range d.Notes {
		earlier = n.SentWith
	}
	d.Conversation, d.Notes = nil, nil
	return d, ticket.Idempotency(earlier), err
}

// unchanged is a complete ticket that an update has left unchanged. Somebody may rely on the answer, so the ticket is read again: this
// read finds it only when a majority has it.
func unchanged(ctx context.Context, c *driver.Collection, scope ticket.Scope, t ticket.Ticket) (ticket.Ticket, error) {
	filter := append(within(ticket.Scope{ClientID: t.ClientID}, t.ID), bson.E{Key: "version", Value: bson.M{"$gte": t.Version}})
	return decodeFound(c.FindOne(ctx, filter, options.FindOne().SetProjection(wholeFor(scope))), "read ticket")
}

// opened is the ticket with the idempotency key of t. It may be deleted by now, or a majority may not have it yet.
func (s *Store) opened(ctx context.Context, t ticket.Ticket) (ticket.Ticket, error) {
	c, err := s.Collection(ctx, tickets)
	if err != nil {
		return ticket.Ticket{}, err
	}
	filter := bson.M{"clientId": t.ClientID, "openedWith.key": t.OpenedWith.Key}
	return decodeFound(c.FindOne(ctx, filter, options.FindOne().SetProjection(public).SetHint(byOpenKey)), "find ticket by idempotency key")
}
