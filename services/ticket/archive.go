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

// Export writes the tickets of the store of TICKET_STORE_URL as JSON Lines, whether the service runs or not. It needs no other
// setting. With settled it fails while events wait to be published, since the file does not have them.
func Export(ctx context.Context, cfg Config, out io.Writer, settled bool) (tickets int, err error) {
	err = onStore(ctx, cfg, func(store storage) (err error) {
		if tickets, err = archive.Export(ctx, store, out, time.Now()); err != nil || !settled {
			return err
		}
		return outbox.Settled(ctx, store) // last, so that it sees the events of every change in the file
	})
	return tickets, err
}

// Import stores the tickets of an Export in the store of TICKET_STORE_URL. The store must have no tickets, unless resume says that
// an earlier import goes on. Tickets of clients whose accounts were deleted here are left out. There are no new events, since the
// service that the tickets come from has published them.
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
