package auth

import (
	"context"
	"errors"
	"io"
	"time"

	"crm.example/pkg/outbox"
	"crm.example/services/auth/internal/account"
	"crm.example/services/auth/internal/archive"
)

// Imported is what an import did.
type Imported struct {
	Users int // in the file
	There int // those of them that an earlier import had stored
}

// Export writes the users of the store of AUTH_STORE_URL as JSON Lines, whether the service runs or not. It needs no other
// setting. The file has password hashes; it has no sessions, PINs and keys. With settled it fails while events wait to be
// published, since the file does not have them.
func Export(ctx context.Context, cfg Config, out io.Writer, settled bool) (users int, err error) {
	err = onStore(ctx, cfg, func(store storage) (err error) {
		if users, err = archive.Export(ctx, store, out, time.Now()); err != nil || !settled {
			return err
		}
		return outbox.Settled(ctx, store) // last, so that it sees the events of every change in the file
	})
	return users, err
}

// Import stores the users of an Export in the store of AUTH_STORE_URL. The store must have no users, unless resume says that an
// earlier import goes on. All sessions of these users end: the service there, now or when it starts, removes their access JWTs from
// the registry. There are no new events, since the service that the users come from has published them.
func Import(ctx context.Context, cfg Config, in io.Reader, resume bool) (done Imported, err error) {
	store, err := openStore(ctx, cfg.store(), nil)
	if err != nil {
		return Imported{}, err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	if err := empty(ctx, store, resume); err != nil {
		return Imported{}, err
	}
	done.Users, done.There, err = archive.Import(ctx, store, in, time.Now())
	return done, err
}

func empty(ctx context.Context, store account.Archive, resume bool) error {
	there, err := store.UsersAfter(ctx, "", 1)
	if err == nil && len(there) > 0 && !resume {
		return errors.New("the store has users already; import into an empty one, or go on with an import that was cut off by --resume")
	}
	return err
}
