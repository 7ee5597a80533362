package feed

import (
	"strconv"
	"strings"
)

// position is the place of an event in a stream, and the id of an event on the wire: <epoch>-<sequence>.
type position struct {
	epoch    string
	sequence uint64
}

func (p position) String() string { return p.epoch + "-" + strconv.FormatUint(p.sequence, 10) }

// parsePosition reads an id that this package made. ok is false for anything else.
func parsePosition(id string) (p position, ok bool) {
	epoch, digits, found := strings.Cut(id, "-")
	sequence, err := strconv.ParseUint(digits, 10, 64)
	p = position{epoch, sequence}
	return p, found && err == nil && epoch != "" && p.String() == id
}
