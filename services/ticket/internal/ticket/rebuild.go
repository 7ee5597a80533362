package ticket

import "context"

// Restater is what publishing every ticket once more needs of a store.
type Restater interface {
	// TicketsAfter is the one of Archive.
	TicketsAfter(ctx context.Context, id string, limit int) ([]Ticket, error)
	// Restate announces events that tell of tickets as they are, and changes nothing of the tickets, Version included. Left
	// out are those of a ticket that has another Version by now, that is gone, or that has an event waiting: what happened
	// to it is announced. It returns how many it announced, each of them durably.
	Restate(ctx context.Context, events []Event) (int, error)
}

// restated are the tickets in memory at a time, each of at most a conversation's largest size.
const restated = 16

// Rebuild announces every ticket as it is, so that a stream that has lost its events has them all again. It may be cut
// off and repeated at any time, beside a running service.
func Rebuild(ctx context.Context, store Restater, newID func() string) (announced int, err error) {
	for after := ""; ; {
		page, err := store.TicketsAfter(ctx, after, restated)
		if err != nil || len(page) == 0 {
			return announced, err
		}
		events := make([]Event, len(page))
		for i, t := range page {
			events[i] = t.restate(newID())
		}
		n, err := store.Restate(ctx, events)
		if announced += n; err != nil {
			return announced, err
		}
		after = page[len(page)-1].ID
	}
}

// restate says once more what the ticket is. It is an update by nobody that changed nothing, and has the Version of the
// last change, so that a stream that has that one does not take it.
func (t Ticket) restate(eventID string) Event {
	return Event{ID: eventID, Verb: VerbUpdated, At: t.UpdatedAt, Ticket: t.Summary}
}
