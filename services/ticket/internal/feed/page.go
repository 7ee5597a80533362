package feed

import (
	"context"
	"errors"
	"fmt"

	"github.com/synadia-io/orbit.go/jetstreamext"
)

// pageBytes is how many bytes the server may send at once; at least one message comes in any case.
const pageBytes = 512 << 10

var errSilent = errors.New("no answer in time")

// Page reads up to limit messages on a subject, which may have wildcards, from a sequence on; none when there are no more. Any
// replica of the stream may answer, also one that does not have the newest messages yet.
func (t *Tail) Page(ctx context.Context, subject string, from uint64, limit int) (page []Entry, err error) {
	found, err := jetstreamext.GetBatch(ctx, t.js, t.stream, limit, jetstreamext.GetBatchSubject(subject),
		jetstreamext.GetBatchSeq(max(from, 1)), jetstreamext.GetBatchMaxBytes(pageBytes))
	if err != nil {
		return nil, fmt.Errorf("read stream %s: %w", t.stream, err)
	}
	for message, err := range found {
		if errors.Is(err, jetstreamext.ErrNoMessages) {
			return page, nil
		}
		if err != nil {
			return nil, fmt.Errorf("read stream %s: %w", t.stream, err)
		}
		page = append(page, Entry{Sequence: message.Sequence, Subject: message.Subject, Body: message.Data})
	}
	if len(page) == 0 { // the iterator ends in the same way when its time is over
		return nil, fmt.Errorf("read stream %s: %w", t.stream, errSilent)
	}
	return page, nil
}
