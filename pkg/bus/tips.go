package bus

import (
	"encoding/json"
	"strconv"
	"strings"

	lru "github.com/hashicorp/golang-lru/v2"

	"crm.example/pkg/events"
)

// mostTips bounds the memory of tips to about 10 MB. What is forgotten is asked of the stream.
const mostTips = 50_000

// tip is where a document's last event lies. The zero value: the stream has none of it.
type tip struct {
	last     uint64 // its sequence in the stream
	sequence int    // its sequence in the document's life: every event up to it has been published
}

// tips remembers documents' tips. One that is no longer true is no harm: the stream refuses what rests on it.
type tips struct{ *lru.Cache[string, tip] }

func newTips() *tips {
	cache, err := lru.New[string, tip](mostTips)
	if err != nil {
		panic(err) // only for a size below 1
	}
	return &tips{cache}
}

// outgoing is an event of the outbox with what the relay has to know of it.
type outgoing struct {
	events.Message
	sequence int // 0: it has none, which no stream is given
}

func outgoingOf(msgs []events.Message) []outgoing {
	all := make([]outgoing, len(msgs))
	for i, m := range msgs {
		all[i] = outgoing{m, sequenceOf(m.Body)}
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

// everyVerb is the subject of all events of a document: crm.ticket.*.<clientId>.<ticketId>, crm.user.*.<userId>.
func everyVerb(subject string) string {
	parts := strings.SplitN(subject, ".", 4)
	if len(parts) < 4 {
		return subject
	}
	parts[2] = "*"
	return strings.Join(parts, ".")
}

// divide tells the events that the stream has already from those that it lacks. Two of the same sequence say the same,
// the second only once more: the present state that a rebuild wrote down.
func divide(all []outgoing, at func(document string) tip) (told, fresh []outgoing) {
	known := map[string]int{}
	for _, m := range all {
		last, ok := known[m.Document]
		if !ok {
			last = at(m.Document).sequence
		}
		if m.sequence <= last {
			told = append(told, m)
		} else {
			last, fresh = m.sequence, append(fresh, m)
		}
		known[m.Document] = last
	}
	return told, fresh
}
