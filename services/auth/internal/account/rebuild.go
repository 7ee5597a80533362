package account

import "context"

// Restater is what publishing every user once more needs of a store.
type Restater interface {
	// UsersAfter is the one of Archive.
	UsersAfter(ctx context.Context, id string, limit int) ([]User, error)
	// Restate announces events that tell of users as they are, and changes nothing of the users, Version and Sequence
	// included. Left out are those of a user that has another Sequence by now, that is gone, or that has an event waiting:
	// what happened to it is announced. It returns how many it announced, each of them durably.
	Restate(ctx context.Context, events []Event) (int, error)
}

// restated are the users in memory at a time.
const restated = 200

// Rebuild announces every user as it is, so that a stream that has lost its events has them all again. It may be cut off
// and repeated at any time, beside a running service.
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

// restate says once more what the user is, with the Sequence of the last event, so that a stream that has that one does
// not take it. It is never Registered: nobody is to be welcomed twice.
func (u User) restate(eventID string) Event {
	return Event{
		ID: eventID, Verb: Updated, Sequence: u.Sequence, At: u.UpdatedAt,
		UserID: u.ID, Name: u.Name, Email: u.Email, Role: u.Role,
	}
}
