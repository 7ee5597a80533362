package ticket

import "context"

// Person is somebody with an account, as the newest event of the auth service says.
type Person struct {
	ID       string
	Name     string
	Email    string
	Role     Role
	Sequence int // of that event
}

// People are those whom a store has heard of. What it knows follows from the events alone.
type People interface {
	// SavePerson keeps what an event says of a person, unless an event of this or a later Sequence was kept before.
	SavePerson(ctx context.Context, p Person) error
	// PersonByID finds a person; none is a problem not-found.
	PersonByID(ctx context.Context, id string) (Person, error)
	// KnowsNobody tells whether nobody is kept.
	KnowsNobody(ctx context.Context) (bool, error)
	// RemovePerson removes a person. One that is not there is no error.
	RemovePerson(ctx context.Context, id string) error
}

// Learn keeps what an event says of a person, in any order and any number of times. Of one whose account was deleted it keeps
// nothing: it looks after the write, and an erasure that begins later finds what was written.
func Learn(ctx context.Context, store Store, p Person) error {
	if err := store.SavePerson(ctx, p); err != nil {
		return err
	}
	erased, err := store.Erased(ctx, p.ID)
	if err != nil || len(erased) == 0 {
		return err
	}
	return store.RemovePerson(ctx, p.ID)
}
