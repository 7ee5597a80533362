package archive

import (
	"bytes"
	"context"
	"errors"
	"strings"

	"crm.example/pkg/archive"
	"crm.example/services/ticket/internal/ticket"
	"crm.example/services/ticket/internal/wire"
)

// writeReplies writes the saved replies, which come before the tickets, and tells how many there are.
func writeReplies(ctx context.Context, from ticket.Archive, w *archive.Writer) (int, error) {
	all, err := from.SavedReplies(ctx)
	if err != nil {
		return 0, err
	}
	for _, r := range all {
		if err := w.Add(wire.ReplyLine{SavedReply: wire.SavedReplyOf(r)}); err != nil {
			return 0, err
		}
	}
	return len(all), nil
}

// isReply looks at the first member only: no ticket has it.
func isReply(line []byte) bool { return bytes.HasPrefix(line, []byte(`{"savedReply":`)) }

// readReply stores a saved reply, and leaves one that is there.
func readReply(ctx context.Context, to ticket.Archive, line []byte) error {
	var d wire.ReplyLine
	if err := archive.Decode(line, &d); err != nil {
		return err
	}
	r := d.Restored()
	if err := errors.Join(
		wrong("savedReply/id", isID(r.ID)),
		wrong("savedReply/name", strings.TrimSpace(r.Name) != ""),
		wrong("savedReply/message", strings.TrimSpace(r.Text) != ""),
	); err != nil {
		return err
	}
	if err := to.AddSavedReply(ctx, r); !errors.Is(err, ticket.ErrThere) {
		return err
	}
	return nil
}
