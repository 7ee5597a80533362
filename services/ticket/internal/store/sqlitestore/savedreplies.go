package sqlitestore

import (
	"context"

	"crm.example/pkg/sqlite"
	"crm.example/services/ticket/internal/store/document"
	"crm.example/services/ticket/internal/ticket"
)

const (
	selectReplies   = `SELECT document FROM saved_replies WHERE id > '' ORDER BY id`
	addSavedReply   = `INSERT INTO saved_replies (id, document) VALUES (?, ?) ON CONFLICT (id) DO NOTHING`
	patchSavedReply = `UPDATE saved_replies SET document = json_patch(document, ?2) WHERE id = ?1`
	dropSavedReply  = `DELETE FROM saved_replies WHERE id = ?`
)

// SavedReplies is described in ticket.SavedReplies.
func (s *Store) SavedReplies(ctx context.Context) ([]ticket.SavedReply, error) {
	return sqlite.All(ctx, s.Queries(), document.SavedReplyFrom, selectReplies)
}

// AddSavedReply is described in ticket.SavedReplies.
func (s *Store) AddSavedReply(ctx context.Context, r ticket.SavedReply) error {
	return s.writeReply(ctx, addSavedReply, r, ticket.ErrThere)
}

// ChangeSavedReply is described in ticket.SavedReplies.
func (s *Store) ChangeSavedReply(ctx context.Context, r ticket.SavedReply) error {
	return s.writeReply(ctx, patchSavedReply, r, ticket.NotFound())
}

func (s *Store) writeReply(ctx context.Context, statement string, r ticket.SavedReply, otherwise error) error {
	encoded, err := sqlite.Encode(document.SavedReply(r))
	if err != nil {
		return err
	}
	n, err := s.Exec(ctx, "write saved reply", statement, r.ID, encoded)
	if err == nil && n == 0 {
		return otherwise
	}
	return err
}

// RemoveSavedReply is described in ticket.SavedReplies.
func (s *Store) RemoveSavedReply(ctx context.Context, id string) error {
	n, err := s.Exec(ctx, "remove saved reply", dropSavedReply, id)
	if err == nil && n == 0 {
		return ticket.NotFound()
	}
	return err
}
