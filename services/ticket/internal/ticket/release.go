package ticket

import (
	"context"

	"crm.example/pkg/problem"
)

// Release takes an agent who left off the open tickets that are theirs, each with its event. It may be repeated.
func (e Eraser) Release(ctx context.Context, agentID string) error {
	for {
		open, err := e.Store.List(ctx, Query{Assignee: agentID, Filter: NotClosed, Limit: ticketsAtOnce})
		if err != nil || len(open) == 0 {
			return err
		}
		for _, t := range open {
			if err := e.release(ctx, agentID, t.ID); err != nil {
				return err
			}
		}
	}
}

func (e Eraser) release(ctx context.Context, agentID, id string) error {
	stamp := Stamp{Actor: Actor{ID: agentID}, At: e.now(), EventID: e.NewID()}
	_, err := e.Store.Update(ctx, Target{ID: id}, func(t *Ticket, _ Idempotency) error {
		if before := t.Summary; t.AssigneeID == agentID && t.Status != Closed { // else somebody was faster
			t.AssigneeID, t.AssigneeName = "", ""
			t.record(stamp, VerbAssigned, before, nil)
		}
		return nil
	})
	if problem.Is(err, problem.NotFound) { // deleted in between
		return nil
	}
	if err == nil {
		e.Announce(id)
	}
	return err
}
