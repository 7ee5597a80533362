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
	There int // of those, the ones that an earlier import had stored
}

// Export writes the users of the store of AUTH_STORE_URL as JSON Lines, beside a running service or without one. Of the
// other settings it needs none. Password hashes are in it; sessions, PINs and keys are not. settled refuses
// while events wait to be published, which the file does not carry.
func Export(ctx context.Context, cfg Config, out io.Writer, settled bool) (users int, err error) {
	if err := cfg.store().CheckExists(); err != nil {
		return 0, err
	}
	store, err := openStore(ctx, cfg.store(), nil)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	if users, err = archive.Export(ctx, store, out, time.Now()); err != nil || !settled {
		return users, err
	}
	return users, outbox.Settled(ctx, store) // last, so that none of a change in the file is missed
}

// Import stores users that Export wrote in the store of AUTH_STORE_URL, which must have none unless resume says
// that an import is to be gone on with. Every session ends with it: a service that runs there, or does later, takes access JWTs
// that a registry still has out of it. No event tells of it, since each has been published where the users come from.
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
