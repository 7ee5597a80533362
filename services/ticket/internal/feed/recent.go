package feed

import (
	"cmp"
	"slices"
	"time"
)

const (
	mostEvents = 4096
	mostBytes  = 8 << 20
	mostAge    = 2 * time.Minute
)

// recent has the last events: most listeners that come back have missed only some of them. It is complete from a sequence on, and
// limited in number, bytes and age; the limit of age removes erased events soon here too.
type recent struct {
	from   uint64 // every event with this sequence or a later one is here
	events []event
	bytes  int
}

func (r *recent) add(e event) {
	r.events = append(r.events, e)
	r.bytes += len(e.frame)
	r.trim(e.at)
}

// trim drops what is too much or too old.
func (r *recent) trim(now time.Time) {
	n := 0
	for n < len(r.events) && (len(r.events)-n > mostEvents || r.bytes > mostBytes || now.Sub(r.events[n].at) > mostAge) {
		r.bytes -= len(r.events[n].frame)
		r.from = r.events[n].sequence + 1
		n++
	}
	clear(r.events[:n]) // or the array would keep the frames
	r.events = r.events[n:]
}

// since returns the events after a sequence.
func (r *recent) since(sequence uint64) []event {
	i, _ := slices.BinarySearchFunc(r.events, sequence+1, func(e event, s uint64) int { return cmp.Compare(e.sequence, s) })
	return r.events[i:]
}
