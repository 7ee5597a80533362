package mongostore

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"crm.example/pkg/mongo"
	"crm.example/services/ticket/internal/store/document"
	"crm.example/services/ticket/internal/ticket"
)

// counter is the one document of its collection: the last number that a process has taken.
type counter struct {
	ID   string `bson:"_id"`
	Last int    `bson:"last"`
}

// block is how many numbers a process takes at a time. What is left when it ends nobody gets.
const block = 16

// numbers are those that this process has taken and not given out.
type numbers struct {
	mu         sync.Mutex
	next, last int
}

// number is one that no ticket has, unless somebody has set the counter back.
func (s *Store) number(ctx context.Context) (int, error) {
	s.numbers.mu.Lock()
	defer s.numbers.mu.Unlock()
	if s.numbers.next > s.numbers.last || s.numbers.next == 0 {
		last, err := s.take(ctx)
		if err != nil {
			return 0, err
		}
		s.numbers.next, s.numbers.last = last-block+1, last
	}
	s.numbers.next++
	return s.numbers.next - 1, nil
}

func (s *Store) take(ctx context.Context) (last int, err error) {
	ctx, cancel := mongo.Bounded(ctx)
	defer cancel()
	c, err := s.Collection(ctx, counters)
	if err != nil {
		return 0, err
	}
	how := options.FindOneAndUpdate().SetUpsert(true).SetReturnDocument(options.After)
	for range 2 { // two processes may make the counter at once
		var is counter
		is, err = mongo.One[counter](c.FindOneAndUpdate(ctx, mongo.ByID(tickets), bson.M{"$inc": bson.M{"last": block}}, how), "take numbers")
		if err == nil || !mongo.IsDuplicate(err) {
			return is.Last, err
		}
	}
	return 0, err
}

// raise keeps the number of a ticket from elsewhere from being given to another one.
func (s *Store) raise(ctx context.Context, number int) error {
	_, err := s.UpdateOne(ctx, counters, mongo.ByID(tickets), bson.M{"$max": bson.M{"last": number}}, options.UpdateOne().SetUpsert(true))
	if mongo.IsDuplicate(err) {
		_, err = s.UpdateOne(ctx, counters, mongo.ByID(tickets), bson.M{"$max": bson.M{"last": number}})
	}
	return err
}

// isNumberTaken tells a number that another ticket has from the other unique values.
func isNumberTaken(err error) bool {
	return mongo.IsDuplicate(err) && strings.Contains(err.Error(), "index: "+byNumber+" ")
}

// Unnumbered is described in ticket.Upgrades.
func (s *Store) Unnumbered(ctx context.Context, limit int) ([]ticket.Ticket, error) {
	page := options.Find().SetProjection(whole).SetSort(keys("_id")).SetHint(unnumbered).SetLimit(int64(limit))
	return mongo.List(ctx, s.DB, tickets, document.Ticket.Ticket, withoutNumber, page)
}

// CountUnnumbered is described in ticket.Upgrades.
func (s *Store) CountUnnumbered(ctx context.Context) (int, error) {
	c, err := s.Collection(ctx, tickets)
	if err != nil {
		return 0, err
	}
	n, err := c.CountDocuments(ctx, withoutNumber, options.Count().SetHint(unnumbered))
	if err != nil {
		return 0, mongo.Translate(fmt.Errorf("count tickets without a number: %w", err))
	}
	return int(n), nil
}

// withoutNumber finds tickets, not tombstones.
var withoutNumber = bson.D{{Key: "number", Value: nil}, {Key: "deletedAt", Value: nil}}

// upgrade has what Upgrade sets.
type upgrade struct {
	Number         int       `bson:"number"`
	WaitingSince   time.Time `bson:"waitingSince,omitempty"`
	FirstRepliedAt time.Time `bson:"firstRepliedAt,omitempty"`
}

// Upgrade is described in ticket.Upgrades.
func (s *Store) Upgrade(ctx context.Context, t ticket.Ticket) error {
	still := append(within(ticket.Scope{ClientID: t.ClientID}, t.ID), bson.E{Key: "version", Value: t.Version}, bson.E{Key: "number", Value: nil})
	return mongo.Retry(ctx, func(ctx context.Context) error {
		n, err := s.number(ctx)
		if err != nil {
			return err
		}
		if _, err = s.UpdateOne(ctx, tickets, still, bson.M{"$set": upgrade{n, t.WaitingSince, t.FirstRepliedAt}}); isNumberTaken(err) {
			return mongo.ErrConflict
		}
		return err
	})
}
