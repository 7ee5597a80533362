package mongostore

import (
	"context"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"crm.example/pkg/mongo"
	"crm.example/services/ticket/internal/ticket"
)

// erasure is a document of erasedClients.
type erasure struct {
	UserID string    `bson:"_id"`
	Round  int       `bson:"round"`
	At     time.Time `bson:"at"`
}

// Erase is described in ticket.Erasures.
func (s *Store) Erase(ctx context.Context, userID string, at time.Time) error {
	begin := bson.M{"$inc": bson.M{"round": 1}, "$set": bson.M{"at": at, "dueAt": at}}
	c, err := s.db.Collection(ctx, erasedClients)
	if err != nil {
		return err
	}
	_, err = c.UpdateByID(ctx, userID, begin, options.UpdateOne().SetUpsert(true))
	if mongo.IsDuplicate(err) { // two at once: it is there now
		_, err = c.UpdateByID(ctx, userID, begin)
	}
	return translated("note erasure", err)
}

// Erased is described in ticket.Erasures.
func (s *Store) Erased(ctx context.Context, userIDs ...string) ([]string, error) {
	return s.ids(ctx, "look up erasures", erasedClients, bson.M{"_id": bson.M{"$in": userIDs}}, options.Find().SetHint(byID))
}

// DueErasures is described in ticket.Erasures.
func (s *Store) DueErasures(ctx context.Context, now time.Time, limit int) ([]ticket.Erasure, error) {
	oldest := options.Find().SetHint(byDue).SetSort(keys("dueAt", "_id")).SetLimit(int64(limit))
	var found []erasure
	if err := s.all(ctx, "list erasures", erasedClients, bson.M{"dueAt": bson.M{"$lte": now}}, oldest, &found); err != nil {
		return nil, err
	}
	due := make([]ticket.Erasure, len(found))
	for i, e := range found {
		due[i] = ticket.Erasure(e)
	}
	return due, nil
}

// FinishErasure is described in ticket.Erasures.
func (s *Store) FinishErasure(ctx context.Context, e ticket.Erasure, again time.Time) error {
	c, err := s.db.Collection(ctx, erasedClients)
	if err != nil {
		return err
	}
	next := bson.M{"$set": bson.M{"dueAt": again}}
	if again.IsZero() {
		next = bson.M{"$unset": bson.M{"dueAt": true}}
	}
	_, err = c.UpdateOne(ctx, bson.M{"_id": e.UserID, "round": e.Round}, next)
	return translated("finish erasure", err)
}

// TicketsOf is described in ticket.Erasures.
func (s *Store) TicketsOf(ctx context.Context, clientID string, limit int) ([]string, error) {
	return s.ids(ctx, "list tickets of client", tickets, bson.M{"clientId": clientID, "deletedAt": nil}, options.Find().SetHint(byClient).SetLimit(int64(limit)))
}

// Buried is described in ticket.Erasures.
func (s *Store) Buried(ctx context.Context, clientID string) (bool, error) {
	there := bson.M{"$exists": true}
	buried := bson.M{"clientId": clientID, "deletedAt": there, "pendingSince": there} // without events none would ever go
	found, err := s.ids(ctx, "look for tombstones", tickets, buried, options.Find().SetHint(byClient).SetLimit(1))
	return len(found) > 0, err
}

// RenameAgent is described in ticket.Erasures. It changes nothing else of a document, so that it gets along with any change
// that is made at the same time, and needs no version.
func (s *Store) RenameAgent(ctx context.Context, agentID, name string, limit int) (int, error) {
	of := bson.M{"author.id": agentID, "$or": bson.A{bson.M{"author.name": bson.M{"$ne": name}}, bson.M{"sentWith": bson.M{"$exists": true}}}}
	some := bson.M{"conversation.author.id": agentID, "conversation": bson.M{"$elemMatch": of}}
	found, err := s.ids(ctx, "look for an agent's replies", tickets, some, options.Find().SetHint(byAuthor).SetLimit(int64(limit)))
	if err != nil || len(found) == 0 {
		return 0, err
	}
	c, err := s.tickets(ctx)
	if err != nil {
		return 0, err
	}
	rename := bson.M{"$set": bson.M{"conversation.$[own].author.name": name}, "$unset": bson.M{"conversation.$[own].sentWith": true}}
	own := options.UpdateMany().SetArrayFilters([]any{bson.M{"own.author.id": agentID}})
	_, err = c.UpdateMany(ctx, bson.M{"_id": bson.M{"$in": found}, "conversation.author.id": agentID}, rename, own) // none may have been deleted since
	return len(found), translated("rename agent", err)
}

// Scrub is described in ticket.Erasures. MongoDB's files are not ours.
func (s *Store) Scrub(context.Context) error { return nil }

// Vacuum has nothing to do for the same reason.
func (s *Store) Vacuum(context.Context, bool) error { return nil }

// ids are those of the documents that a query finds.
func (s *Store) ids(ctx context.Context, what, collection string, filter bson.M, how *options.FindOptionsBuilder) ([]string, error) {
	var found []struct {
		ID string `bson:"_id"`
	}
	if err := s.all(ctx, what, collection, filter, how.SetProjection(bson.M{"_id": true}), &found); err != nil {
		return nil, err
	}
	ids := make([]string, len(found))
	for i, d := range found {
		ids[i] = d.ID
	}
	return ids, nil
}

func (s *Store) all(ctx context.Context, what, collection string, filter bson.M, how *options.FindOptionsBuilder, into any) error {
	ctx, cancel := mongo.Bounded(ctx)
	defer cancel()
	c, err := s.db.Collection(ctx, collection)
	if err != nil {
		return err
	}
	cursor, err := c.Find(ctx, filter, how)
	if err == nil {
		err = cursor.All(ctx, into)
	}
	return translated(what, err)
}

func translated(what string, err error) error {
	if err == nil {
		return nil
	}
	return mongo.Translate(fmt.Errorf("%s: %w", what, err))
}
