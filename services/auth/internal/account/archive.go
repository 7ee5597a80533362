package account

import (
	"context"
	"errors"
	"fmt"
	"time"

	"crm.example/pkg/problem"
)

// Archive is what export and import need of a store. It writes no events: the service that the users come from has published
// them.
type Archive interface {
	// UsersAfter lists users in the order of their ids, those after the given one (all are after ""), at most limit. Each is
	// read at one moment. A user that exists during the complete list is in it.
	UsersAfter(ctx context.Context, id string, limit int) ([]User, error)
	// RestoreUser stores a user as it is, Version and Sequence included, in one write. If its id or its
	// email exists already, nothing is stored and the error is ErrThere.
	RestoreUser(ctx context.Context, u User) error
	// UserByID is the one of Users.
	UserByID(ctx context.Context, id string) (User, error)
}

// ErrThere says that RestoreUser would have to overwrite something.
var ErrThere = errors.New("the id or the email is there already")

// Move prepares a user of another store for this one. Sessions, PINs and counted tries of the other store are not valid
// here. Its access JWTs end, also if both stores share a registry. The epoch becomes the present second: epochs count
// from 0, so this is higher than any epoch of the other store, even one from after the export.
func (u *User) Move(now time.Time) {
	u.SessionEpoch, u.RevocationPending = int(now.Unix()), true
	u.PIN, u.PINFailures, u.ResetMails, u.Events = PIN{}, Budget{}, nil, nil
}

// Restore stores a user from another store. A user that exists in the same or a newer version stays. It never overwrites: any
// other conflict is an error with a sentence.
func Restore(ctx context.Context, to Archive, u User, now time.Time) (stored bool, err error) {
	u.Move(now)
	err = to.RestoreUser(ctx, u)
	if !errors.Is(err, ErrThere) {
		return err == nil, err
	}
	switch there, err := to.UserByID(ctx, u.ID); {
	case problem.Is(err, problem.NotFound):
		return false, fmt.Errorf("another user has the email of the user %s, or the user was deleted here", u.ID)
	case err != nil:
		return false, err
	case there.Version < u.Version:
		return false, fmt.Errorf("the user %s is there already in an older version, and an import overwrites nothing", u.ID)
	}
	return false, nil
}
