package mongostore

import (
	"context"
	"fmt"

	"go.mongodb.org/mongo-driver/v2/bson"

	"crm.example/pkg/mongo"
	"crm.example/services/ticket/internal/ticket"
)

var _ ticket.Restater = (*Store)(nil)

// Restate is described in ticket.Restater. It is one write for each ticket, in one command.
func (s *Store) Restate(ctx context.Context, events []ticket.Event) (int, error) {
	c, err := s.tickets(ctx)
	if err != nil {
		return 0, err
	}
	all := make([]mongo.Restatement, len(events))
	for i, e := range events {
		m, err := s.announce(e)
		if err != nil {
			return 0, fmt.Errorf("announce %s: %w", e.Verb, err)
		}
		still := bson.D{{Key: "_id", Value: e.Ticket.ID}, {Key: "clientId", Value: e.Ticket.ClientID}, {Key: "version", Value: e.Ticket.Version}}
		all[i] = mongo.Restatement{Filter: still, Message: m, At: e.At}
	}
	return mongo.Restate(ctx, c, all)
}
