package mongostore

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"crm.example/pkg/mongo"
	"crm.example/pkg/problem"
	"crm.example/services/ticket/internal/store/document"
	"crm.example/services/ticket/internal/ticket"
)

// withoutNumber finds tickets of earlier versions, not tombstones.
var withoutNumber = bson.D{{Key: "number", Value: nil}, {Key: "deletedAt", Value: nil}}

// Outdated is described in ticket.Upgrades. After those without a number come those that a service of the version before, which may
// run beside this one, has changed: their terms are complete for another version than they have.
func (s *Store) Outdated(ctx context.Context, limit int) ([]ticket.Ticket, error) {
	page := func() *options.FindOptionsBuilder { return options.Find().SetProjection(whole).SetLimit(int64(limit)) }
	found, err := mongo.List(ctx, s.DB, tickets, document.Ticket.Ticket, withoutNumber, page().SetSort(keys("_id")).SetHint(unnumbered))
	if err != nil || len(found) > 0 {
		return found, err
	}
	stale, err := s.stale(ctx)
	if err != nil {
		return nil, err
	}
	return mongo.List(ctx, s.DB, tickets, document.Ticket.Ticket, stale, page().SetHint(byTermsOf))
}

// CountOutdated is described in ticket.Upgrades.
func (s *Store) CountOutdated(ctx context.Context) (all int, err error) {
	stale, err := s.stale(ctx)
	if err != nil {
		return 0, err
	}
	c, err := s.Collection(ctx, tickets)
	if err != nil {
		return 0, err
	}
	for index, filter := range map[string]bson.D{unnumbered: withoutNumber, byTermsOf: append(stale, bson.E{Key: "number", Value: bson.M{"$ne": nil}})} {
		n, err := c.CountDocuments(ctx, filter, options.Count().SetHint(index))
		if err != nil {
			return 0, mongo.Translate(fmt.Errorf("count tickets of earlier versions: %w", err))
		}
		all += int(n)
	}
	return all, nil
}

// stale finds tickets that have another version than their terms. No index compares two members: it has a range for each version
// that terms are of, and there are as many as the ticket with the most changes has, not as many as tickets.
func (s *Store) stale(ctx context.Context) (bson.D, error) {
	ctx, cancel := mongo.Bounded(ctx)
	defer cancel()
	c, err := s.Collection(ctx, tickets)
	if err != nil {
		return nil, err
	}
	var versions []int
	if err := c.Distinct(ctx, "termsOf", bson.D{}).Decode(&versions); err != nil {
		return nil, mongo.Translate(fmt.Errorf("list the versions of terms: %w", err))
	}
	ranges := bson.A{bson.D{{Key: "termsOf", Value: nil}, {Key: "version", Value: bson.M{"$gt": 0}}}}
	for _, version := range versions {
		ranges = append(ranges, bson.D{{Key: "termsOf", Value: version}, {Key: "version", Value: bson.M{"$gt": version}}})
	}
	return bson.D{{Key: "$or", Value: ranges}, {Key: "deletedAt", Value: nil}}, nil
}

// Upgrade is described in ticket.Upgrades. It is one write for each ticket; those of several share what a write costs.
func (s *Store) Upgrade(ctx context.Context, tickets []ticket.Ticket) error {
	failed := make([]error, len(tickets))
	var all sync.WaitGroup
	for i, t := range tickets {
		all.Go(func() {
			failed[i] = mongo.Retry(ctx, func(ctx context.Context) error { return s.upgrade(ctx, t) })
		})
	}
	all.Wait()
	return errors.Join(failed...)
}

func (s *Store) upgrade(ctx context.Context, t ticket.Ticket) error {
	c, err := s.Collection(ctx, tickets)
	if err != nil {
		return err
	}
	was, _, err := head(ctx, c, ticket.Target{ID: t.ID})
	if problem.Is(err, problem.NotFound) || err == nil && was.Version != t.Version {
		return nil // gone, or changed: the next round has it, if need be
	}
	if err != nil {
		return err
	}
	still := append(within(ticket.Scope{ClientID: t.ClientID}, t.ID), bson.E{Key: "version", Value: was.Version})
	if t.Number = was.Number; t.Number == 0 {
		still = append(still, bson.E{Key: "number", Value: nil})
		if t.Number, err = s.number(ctx); err != nil {
			return err
		}
	}
	is := indexedOf(t)
	is.Conversation, is.Notes, is.History = nil, nil, nil // as they are
	changes, err := mongo.Compare(was, is)
	if err != nil {
		return err
	}
	if changes.None() { // another process was faster
		return nil
	}
	_, err = s.UpdateOne(ctx, tickets, still, changes.Update(mongo.Outbox{}))
	if isNumberTaken(err) {
		return mongo.ErrConflict
	}
	return err
}
