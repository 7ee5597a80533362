package mongostore

import (
	"context"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"crm.example/pkg/mongo"
	"crm.example/services/ticket/internal/store/document"
	"crm.example/services/ticket/internal/ticket"
)

// SavedReplies is described in ticket.SavedReplies.
func (s *Store) SavedReplies(ctx context.Context) ([]ticket.SavedReply, error) {
	return mongo.List(ctx, s.DB, savedReplies, document.SavedReplyFrom, bson.D{}, options.Find().SetHint(byID))
}

// AddSavedReply is described in ticket.SavedReplies.
func (s *Store) AddSavedReply(ctx context.Context, r ticket.SavedReply) error {
	err := s.Insert(ctx, savedReplies, document.SavedReply(r))
	if mongo.IsDuplicate(err) {
		return ticket.ErrThere
	}
	return err
}

// ChangeSavedReply is described in ticket.SavedReplies.
func (s *Store) ChangeSavedReply(ctx context.Context, r ticket.SavedReply) error {
	found, err := s.UpdateOne(ctx, savedReplies, mongo.ByID(r.ID), bson.M{"$set": document.SavedReply(r)})
	if err == nil && !found {
		return ticket.NotFound()
	}
	return err
}

// RemoveSavedReply is described in ticket.SavedReplies.
func (s *Store) RemoveSavedReply(ctx context.Context, id string) error {
	found, err := s.RemoveOne(ctx, savedReplies, mongo.ByID(id))
	if err == nil && !found {
		return ticket.NotFound()
	}
	return err
}
