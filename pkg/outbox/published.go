package outbox

import (
	"encoding/json"
	"strconv"
	"strings"

	lru "github.com/hashicorp/golang-lru/v2"

	"crm.example/pkg/events"
)

// maxRemembered limits the memory to about 10 MB. For other documents the relay asks the stream.
const maxRemembered = 50_000

// last is a family's last event in the stream. The zero value means that the stream has no event of it.
type last struct {
	place    uint64 // its sequence in the stream
	sequence int    // its sequence in the document's life: every event of the family up to it has been published
}

// lastPublished remembers the last event of families. If it is no longer right, no harm is done: the stream refuses the next
// event by its fence.
type lastPublished struct{ *lru.Cache[string, last] }

func newLastPublished() *lastPublished {
	cache, err := lru.New[string, last](maxRemembered)
	if err != nil {
		panic(err) // only for a size below 1
	}
	return &lastPublished{cache}
}

// outgoing is an event of the outbox with what the relay needs to know of it.
type outgoing struct {
	events.Message
	family   string // the subject of all events of the document that are told to the same readers
	sequence int    // 0: it has none and is not published
}

func outgoingOf(msgs []events.Message) []outgoing {
	all := make([]outgoing, len(msgs))
	for i, m := range msgs {
		all[i] = outgoing{m, everyVerb(m.Subject), sequenceOf(m.Body)}
	}
	return all
}

// sequenceOf reads the sequence of a CloudEvents envelope; 0 if it has none.
func sequenceOf(body []byte) int {
	var envelope struct {
		Sequence string `json:"sequence"`
	}
	if json.Unmarshal(body, &envelope) != nil {
		return 0
	}
	n, err := strconv.Atoi(envelope.Sequence)
	if err != nil {
		return 0
	}
	return n
}

// everyVerb is the subject of a family: crm.ticket.*.<clientId>.<ticketId>, crm.ticket.*.desk.<ticketId>, crm.user.*.<userId>. A ticket has
// two. One subject for both, crm.ticket.*.*.<ticketId>, would have the server look at every client's subjects for each event.
func everyVerb(subject string) string {
	parts := strings.SplitN(subject, ".", 4)
	if len(parts) < 4 {
		return subject
	}
	parts[2] = "*"
	return strings.Join(parts, ".")
}

// divide separates the events that the stream has already from those that it does not have. Two events with the same sequence
// have the same state: the second one was written by a rebuild.
func divide(all []outgoing, lastOf func(family string) last) (published, fresh []outgoing) {
	known := map[string]int{}
	for _, m := range all {
		sequence, ok := known[m.family]
		if !ok {
			sequence = lastOf(m.family).sequence
		}
		if m.sequence <= sequence {
			published = append(published, m)
		} else {
			sequence, fresh = m.sequence, append(fresh, m)
		}
		known[m.family] = sequence
	}
	return published, fresh
}
