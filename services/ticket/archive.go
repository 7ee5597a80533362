package ticket

import (
	"context"
	"errors"
	"io"
	"time"

	"crm.example/pkg/outbox"
	"crm.example/services/ticket/internal/archive"
	"crm.example/services/ticket/internal/ticket"
)

// Imported is what an import did.
type Imported = archive.Counts

// Export writes the tickets of the store of TICKET_STORE_URL as JSON Lines, beside a running service or without one. Of
// the other settings it needs none. settled refuses while events wait to be published, which the file does not carry.
func Export(ctx context.Context, cfg Config, out io.Writer, settled bool) (tickets int, err error) {
	if err := cfg.store().CheckExists(); err != nil {
		return 0, err
	}
	store, err := openStore(ctx, cfg.store())
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	if tickets, err = archive.Export(ctx, store, out, time.Now()); err != nil || !settled {
		return tickets, err
	}
	return tickets, outbox.Settled(ctx, store) // last, so that none of a change in the file is missed
}

// Import stores tickets that Export wrote in the store of TICKET_STORE_URL, which must have none unless resume says that an
// import is to be gone on with. Tickets of clients whose accounts were deleted here stay away. No event tells of it, since each has been published where the tickets come from.
func Import(ctx context.Context, cfg Config, in io.Reader, resume bool) (done Imported, err error) {
	store, err := openStore(ctx, cfg.store())
	if err != nil {
		return Imported{}, err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	if err := empty(ctx, store, resume); err != nil {
		return Imported{}, err
	}
	return archive.Import(ctx, store, in)
}

func empty(ctx context.Context, store ticket.Archive, resume bool) error {
	there, err := store.TicketsAfter(ctx, "", 1)
	if err == nil && len(there) > 0 && !resume {
		return errors.New("the store has tickets already; import into an empty one, or go on with an import that was cut off by --resume")
	}
	return err
}
