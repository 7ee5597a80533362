package ticket

import "context"

// Restater is what a rebuild needs of a store.
type Restater interface {
	// TicketsAfter is the one of Archive.
	TicketsAfter(ctx context.Context, id string, limit int) ([]Ticket, error)
	// Restate stores events with the present state of tickets, and changes nothing in the tickets, also not Version. It leaves
	// out a ticket that has another Version by now, that is gone, or that has a waiting event: another event has that change.
	// It returns how many events it stored durably.
	Restate(ctx context.Context, events []Event) (int, error)
}

// restated is how many tickets are in memory at a time, each with at most the largest conversation.
const restated = 16

// Rebuild publishes the present state of every ticket, so that a stream that lost its events has all tickets again. It may
// be interrupted and repeated at any time, beside a running service.
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

// restate makes an event with the ticket's present state: an update without an actor and without changes. It has the Version
// of the last change, so that a stream that has that event does not take it.
func (t Ticket) restate(eventID string) Event {
	return Event{ID: eventID, Verb: VerbUpdated, At: t.UpdatedAt, Ticket: t.Summary}
}
