// Package archive writes tickets to a file and reads them, in the format of pkg/archive. A line has a ticket with its complete
// conversation and its idempotency keys. Before the tickets come the saved replies, each on a line. It knows no store.
package archive

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"crm.example/pkg/archive"
	"crm.example/services/ticket/internal/ticket"
	"crm.example/services/ticket/internal/wire"
)

const (
	service = "ticket"
	page    = 16 // tickets in memory at a time, each of at most a conversation's largest size
)

// Export writes every ticket. Each is read at one moment. A ticket that is opened meanwhile may be missing.
func Export(ctx context.Context, from ticket.Archive, out io.Writer, now time.Time) (tickets int, err error) {
	w, err := archive.NewWriter(out, service, now)
	if err != nil {
		return 0, err
	}
	replies, err := writeReplies(ctx, from, w)
	if err != nil {
		return 0, err
	}
	for after := ""; ; {
		found, err := from.TicketsAfter(ctx, after, page)
		if err != nil {
			return 0, err
		}
		if len(found) == 0 {
			documents, err := w.End()
			return documents - replies, err
		}
		for _, t := range found {
			if err := w.Add(wire.LineOf(t)); err != nil {
				return 0, err
			}
		}
		after = found[len(found)-1].ID
	}
}

// Counts has numbers of tickets in a file.
type Counts struct {
	Tickets int // all of them
	There   int // those that an earlier import had stored
	Erased  int // those that were not stored, since their client's account was deleted in the store
}

// Import stores the tickets of a file, each in one write. It stops at
// the first line that is wrong. The tickets before it are stored; a corrected file can be imported again.
func Import(ctx context.Context, to ticket.Archive, in io.Reader) (n Counts, err error) {
	last := "" // ids ascend, so that an id that is in the file twice is not taken for one of an earlier import
	replies := 0
	documents, err := archive.Read(in, service, func(line []byte) error {
		if isReply(line) && last == "" {
			replies++
			return readReply(ctx, to, line)
		}
		t, err := decode(line)
		if err != nil {
			return err
		}
		if t.ID <= last {
			return fmt.Errorf("the ticket %s is in the file twice, or the lines are not in the order of the ids", t.ID)
		}
		last = t.ID
		stored, err := ticket.Restore(ctx, to, t)
		if errors.Is(err, ticket.ErrErased) {
			n.Erased++
			return nil
		}
		if err == nil && !stored {
			n.There++
		}
		return err
	})
	n.Tickets = documents - replies
	return n, err
}

func decode(line []byte) (ticket.Ticket, error) {
	var d wire.Line
	if err := archive.Decode(line, &d); err != nil {
		return ticket.Ticket{}, err
	}
	return d.Restored(), check(d)
}
