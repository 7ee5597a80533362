package mongostore

import (
	"context"
	"strings"
	"sync"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"crm.example/pkg/mongo"
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
