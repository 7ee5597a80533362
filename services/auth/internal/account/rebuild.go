package account

import "context"

// Restater is what a rebuild needs of a store.
type Restater interface {
	// UsersAfter is the one of Archive.
	UsersAfter(ctx context.Context, id string, limit int) ([]User, error)
	// Restate stores events with the present state of users, and changes nothing in the users, also not Version and Sequence.
	// It leaves out a user that has another Sequence by now, that is gone, or that has a waiting event: another event has that
	// change. It returns how many events it stored durably.
	Restate(ctx context.Context, events []Event) (int, error)
}

// restated is how many users are in memory at a time.
const restated = 200

// Rebuild publishes the present state of every user, so that a stream that lost its events has all users again. It may be
// interrupted and repeated at any time, beside a running service.
func Rebuild(ctx context.Context, store Restater, newID func() string) (announced int, err error) {
	for after := ""; ; {
		page, err := store.UsersAfter(ctx, after, restated)
		if err != nil || len(page) == 0 {
			return announced, err
		}
		events := make([]Event, len(page))
		for i, u := range page {
			events[i] = u.restate(newID())
		}
		n, err := store.Restate(ctx, events)
		if announced += n; err != nil {
			return announced, err
		}
		after = page[len(page)-1].ID
	}
}

// restate makes an event with the user's present state and the Sequence of the last event: a stream that has that event does
// not take it. It is never Registered, so that nobody is welcomed twice.
func (u User) restate(eventID string) Event {
	return Event{
		ID: eventID, Verb: Updated, Sequence: u.Sequence, At: u.UpdatedAt,
		UserID: u.ID, Name: u.Name, Email: u.Email, Role: u.Role,
	}
}
