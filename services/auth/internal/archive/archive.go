// Package archive writes users to a file and reads them, in the format of pkg/archive. It knows no stores, and no sessions,
// which end when users move.
package archive

import (
	"context"
	"fmt"
	"io"
	"time"

	"crm.example/pkg/archive"
	"crm.example/services/auth/internal/account"
	"crm.example/services/auth/internal/wire"
)

const (
	service = "auth"
	page    = 500 // users in memory at a time
)

// Export writes every user. Each is read at one moment. A user that signs up meanwhile may be missing.
func Export(ctx context.Context, from account.Archive, out io.Writer, now time.Time) (users int, err error) {
	w, err := archive.NewWriter(out, service, now)
	if err != nil {
		return 0, err
	}
	for after := ""; ; {
		found, err := from.UsersAfter(ctx, after, page)
		if err != nil {
			return 0, fmt.Errorf("list users: %w", err)
		}
		if len(found) == 0 {
			return w.End()
		}
		for _, u := range found {
			if err := w.Add(wire.LineOf(u)); err != nil {
				return 0, err
			}
		}
		after = found[len(found)-1].ID
	}
}

// Import stores the users of a file, each in one write, and returns how many of them were there already. It stops at
// the first line that is wrong. The users before it are stored; a corrected file can be imported again.
func Import(ctx context.Context, to account.Archive, in io.Reader, now time.Time) (users, there int, err error) {
	last := "" // ids ascend, so that an id that is in the file twice is not taken for one of an earlier import
	users, err = archive.Read(in, service, func(line []byte) error {
		u, err := decode(line)
		if err != nil {
			return err
		}
		if u.ID <= last {
			return fmt.Errorf("the user %s is in the file twice, or the lines are not in the order of the ids", u.ID)
		}
		last = u.ID
		stored, err := account.Restore(ctx, to, u, now)
		if err == nil && !stored {
			there++
		}
		return err
	})
	return users, there, err
}

func decode(line []byte) (account.User, error) {
	var d wire.Line
	if err := archive.Decode(line, &d); err != nil {
		return account.User{}, err
	}
	return d.Restored(), check(d)
}
