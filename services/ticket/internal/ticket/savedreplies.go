package ticket

import (
	"cmp"
	"context"
	"slices"
)

// SavedReply is a text that agents use again and again. Admins keep them.
type SavedReply struct {
	ID   string
	Name string // by which agents find it
	Text string
}

// SavedReplies are those of a store.
type SavedReplies interface {
	// SavedReplies lists all of them, in no order.
	SavedReplies(ctx context.Context) ([]SavedReply, error)
	// AddSavedReply stores a new one. If its id is there already, nothing is stored and the error is ErrThere.
	AddSavedReply(ctx context.Context, r SavedReply) error
	// ChangeSavedReply puts it in the place of the one with its id; none is a problem not-found.
	ChangeSavedReply(ctx context.Context, r SavedReply) error
	// RemoveSavedReply removes one; none is a problem not-found.
	RemoveSavedReply(ctx context.Context, id string) error
}

// SavedReplies lists all of them, by name.
func (d Desk) SavedReplies(ctx context.Context, a Actor) ([]SavedReply, error) {
	if _, err := Permit(a, ToReuse); err != nil {
		return nil, err
	}
	all, err := d.Store.SavedReplies(ctx)
	slices.SortFunc(all, func(a, b SavedReply) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
	return all, err
}

// AddSavedReply adds one, and gives it its id.
func (d Desk) AddSavedReply(ctx context.Context, a Actor, r SavedReply) (SavedReply, error) {
	if _, err := Permit(a, ToManage); err != nil {
		return SavedReply{}, err
	}
	r.ID = d.NewID()
	return r, d.Store.AddSavedReply(ctx, r)
}

// ChangeSavedReply gives the one with its id another name and text.
func (d Desk) ChangeSavedReply(ctx context.Context, a Actor, r SavedReply) error {
	if _, err := Permit(a, ToManage); err != nil {
		return err
	}
	return d.Store.ChangeSavedReply(ctx, r)
}

// RemoveSavedReply takes one away. What was sent with its words stays.
func (d Desk) RemoveSavedReply(ctx context.Context, a Actor, id string) error {
	if _, err := Permit(a, ToManage); err != nil {
		return err
	}
	return d.Store.RemoveSavedReply(ctx, id)
}
