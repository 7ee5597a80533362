package ticket

import (
	"context"

	"crm.example/pkg/problem"
)

// errNotFollowable is one sentence for a ticket that is not there, for somebody else's, and for one that is not closed.
var errNotFollowable = problem.NewInvalid(problem.Field{Pointer: "/followUpOf", Code: problem.Invalid, Message: "Must be the id of a closed ticket of the same client"})

// mayFollow checks the ticket that a draft goes on from, if any.
func (d Desk) mayFollow(ctx context.Context, a Actor, draft Draft) error {
	if draft.FollowUpOf == "" {
		return nil
	}
	scope, err := Permit(a, ToFollowUp)
	if err != nil {
		return err
	}
	before, err := d.Store.Find(ctx, scope, draft.FollowUpOf)
	if problem.Is(err, problem.NotFound) || err == nil && draft.Client.ID != "" && before.ClientID != draft.Client.ID {
		return errNotFollowable
	}
	if err != nil {
		return err
	}
	if _, err := before.next(d.stamp(a), d.ReopenWindow, ToFollowUp); err != nil {
		return errNotFollowable
	}
	return nil
}
