package mongostore

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"crm.example/pkg/mongo"
	"crm.example/services/ticket/internal/store/document"
	"crm.example/services/ticket/internal/ticket"
)

// Erase is described in ticket.Erasures.
func (s *Store) Erase(ctx context.Context, userID string, at time.Time) error {
	begin := bson.M{"$inc": bson.M{"round": 1}, "$set": bson.M{"at": at, "dueAt": at}}
	_, err := s.UpdateOne(ctx, erasedClients, mongo.ByID(userID), begin, options.UpdateOne().SetUpsert(true))
	if mongo.IsDuplicate(err) { // another process has just stored it
		_, err = s.UpdateOne(ctx, erasedClients, mongo.ByID(userID), begin)
	}
	return err
}

// Erased is described in ticket.Erasures.
func (s *Store) Erased(ctx context.Context, userIDs ...string) ([]string, error) {
	return mongo.IDs(ctx, s.DB, erasedClients, bson.M{"_id": bson.M{"$in": userIDs}}, options.Find().SetHint(byID))
}

// DueErasures is described in ticket.Erasures.
func (s *Store) DueErasures(ctx context.Context, now time.Time, limit int) ([]ticket.Erasure, error) {
	oldest := options.Find().SetHint(byDue).SetSort(keys("dueAt", "_id")).SetLimit(int64(limit))
	return mongo.List(ctx, s.DB, erasedClients, document.Erasure.Erasure, bson.M{"dueAt": bson.M{"$lte": now}}, oldest)
}

// FinishErasure is described in ticket.Erasures.
func (s *Store) FinishErasure(ctx context.Context, e ticket.Erasure, again time.Time) error {
	next := bson.M{"$set": bson.M{"dueAt": again}}
	if again.IsZero() {
		next = bson.M{"$unset": bson.M{"dueAt": true}}
	}
	_, err := s.UpdateOne(ctx, erasedClients, bson.M{"_id": e.UserID, "round": e.Round}, next)
	return err
}

// TicketsOf is described in ticket.Erasures.
func (s *Store) TicketsOf(ctx context.Context, clientID string, limit int) ([]string, error) {
	return mongo.IDs(ctx, s.DB, tickets, bson.M{"clientId": clientID, "deletedAt": nil}, options.Find().SetHint(byClient).SetLimit(int64(limit)))
}

// HasTombstones is described in ticket.Erasures.
func (s *Store) HasTombstones(ctx context.Context, clientID string) (bool, error) {
	there := bson.M{"$exists": true}
	tombstones := bson.M{"clientId": clientID, "deletedAt": there, "pendingSince": there} // one without events would never be removed
	found, err := mongo.IDs(ctx, s.DB, tickets, tombstones, options.Find().SetHint(byClient).SetLimit(1))
	return len(found) > 0, err
}

// RenameAgent is described in ticket.Erasures. It changes nothing else in a document. So it does not conflict with changes at the
// same time, and needs no version.
func (s *Store) RenameAgent(ctx context.Context, agentID, name string, limit int) (renamed int, err error) {
	for list, index := range map[string]string{"conversation": byAuthor, "notes": byNoteAuthor} {
		n, err := s.renameIn(ctx, list, index, agentID, name, limit)
		if renamed += n; err != nil {
			return renamed, err
		}
	}
	n, err := s.renameAssignee(ctx, agentID, name, limit)
	return renamed + n, err
}

// renameIn renames the author of what is in a list.
func (s *Store) renameIn(ctx context.Context, list, index, agentID, name string, limit int) (int, error) {
	of := bson.M{"author.id": agentID, "$or": bson.A{bson.M{"author.name": bson.M{"$ne": name}}, bson.M{"sentWith": bson.M{"$exists": true}}}}
	some := bson.M{list + ".author.id": agentID, list: bson.M{"$elemMatch": of}}
	found, err := mongo.IDs(ctx, s.DB, tickets, some, options.Find().SetHint(index).SetLimit(int64(limit)))
	if err != nil || len(found) == 0 {
		return 0, err
	}
	rename := bson.M{"$set": bson.M{list + ".$[own].author.name": name}, "$unset": bson.M{list + ".$[own].sentWith": true}}
	own := options.UpdateMany().SetArrayFilters([]any{bson.M{"own.author.id": agentID}})
	still := bson.M{"_id": bson.M{"$in": found}, list + ".author.id": agentID} // none may have been deleted since
	return len(found), s.UpdateMany(ctx, tickets, still, rename, own)
}

func (s *Store) renameAssignee(ctx context.Context, agentID, name string, limit int) (int, error) {
	theirs := bson.M{"assigneeId": agentID, "assigneeName": bson.M{"$ne": name}}
	found, err := mongo.IDs(ctx, s.DB, tickets, theirs, options.Find().SetHint(byAssignee).SetLimit(int64(limit)))
	if err != nil || len(found) == 0 {
		return 0, err
	}
	still := bson.M{"_id": bson.M{"$in": found}, "assigneeId": agentID}
	return len(found), s.UpdateMany(ctx, tickets, still, bson.M{"$set": bson.M{"assigneeName": name}})
}

// Scrub is described in ticket.Erasures. The service cannot reach MongoDB's files, so it does nothing.
func (s *Store) Scrub(context.Context) error { return nil }

// Vacuum does nothing for the same reason.
func (s *Store) Vacuum(context.Context, bool) error { return nil }
