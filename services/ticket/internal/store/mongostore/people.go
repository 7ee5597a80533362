package mongostore

import (
	"context"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"crm.example/pkg/mongo"
	"crm.example/pkg/problem"
	"crm.example/services/ticket/internal/store/document"
	"crm.example/services/ticket/internal/ticket"
)

// SavePerson is described in ticket.People.
func (s *Store) SavePerson(ctx context.Context, p ticket.Person) error {
	older := bson.M{"_id": p.ID, "sequence": bson.M{"$lt": p.Sequence}}
	newer := bson.M{"$set": document.Person(p)}
	_, err := s.UpdateOne(ctx, people, older, newer, options.UpdateOne().SetUpsert(true))
	if mongo.IsDuplicate(err) { // there is one, which is newer, or was made at the same time and is older
		_, err = s.UpdateOne(ctx, people, older, newer)
	}
	return err
}

// PersonByID is described in ticket.People.
func (s *Store) PersonByID(ctx context.Context, id string) (ticket.Person, error) {
	d, err := mongo.Find[document.Person](ctx, s.DB, people, mongo.ByID(id))
	return ticket.Person(d), err
}

// KnowsNobody is described in ticket.People.
func (s *Store) KnowsNobody(ctx context.Context) (bool, error) {
	_, err := mongo.Find[document.Person](ctx, s.DB, people, bson.D{{Key: "_id", Value: bson.M{"$gt": ""}}})
	if problem.Is(err, problem.NotFound) {
		return true, nil
	}
	return false, err
}

// RemovePerson is described in ticket.People.
func (s *Store) RemovePerson(ctx context.Context, id string) error {
	return s.DeleteOne(ctx, people, mongo.ByID(id))
}
