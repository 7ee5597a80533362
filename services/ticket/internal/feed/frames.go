package feed

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// The format is text/event-stream of the HTML standard (section 9.2). A frame is one event of it.

// event is an event of the stream, ready to be sent to any number of listeners.
type event struct {
	sequence uint64
	client   string    // the owner of the ticket
	at       time.Time // when this process got it
	frame    []byte
}

// eventOf reads an entry of the stream.
func eventOf(epoch string, entry Entry) (event, error) {
	parts := strings.Split(entry.Subject, ".") // crm.ticket.<verb>.<clientId>.<ticketId>
	if len(parts) != 5 {
		return event{}, fmt.Errorf("subject %q is not that of a ticket's event", entry.Subject)
	}
	var head struct{ Type string }
	if err := json.Unmarshal(entry.Body, &head); err != nil {
		return event{}, fmt.Errorf("read event: %w", err)
	}
	var line bytes.Buffer // on one line, since a line break would end the field
	if err := json.Compact(&line, entry.Body); err != nil {
		return event{}, fmt.Errorf("read event: %w", err)
	}
	frame := named(strings.NewReplacer("\n", "", "\r", "").Replace(head.Type), position{epoch, entry.Sequence}, line.Bytes())
	return event{sequence: entry.Sequence, client: parts[3], at: time.Now(), frame: frame}, nil
}

// subjectOf selects the events of a client's tickets, or of all.
func subjectOf(client string) string {
	if client == everybody {
		return "crm.ticket.>"
	}
	return "crm.ticket.*." + client + ".>"
}

func named(name string, at position, data []byte) []byte {
	return fmt.Appendf(nil, "id: %s\nevent: %s\ndata: %s\n\n", at, name, data)
}

// greeting is the first event: ready, or resync for a listener that has missed events that cannot be sent any more.
// After its id nothing is left out.
func greeting(name string, at position) []byte {
	return append(again(comeBack), named(name, at, []byte("{}"))...)
}

// heartbeat keeps the connection open. It also gives the listener the newest id while nothing happens to its tickets, so that
// it resumes from there. By the standard a client gets no event for it.
func heartbeat(at position) []byte { return fmt.Appendf(nil, ": heartbeat\nid: %s\n\n", at) }

// farewell says why the stream ends (for people) and when to come back (for programs).
func farewell(why ending) []byte {
	return append([]byte(": "+why.reason+"\n"), append(again(why.within), '\n')...)
}

// again asks the listener to come back after a random wait between a fifth of within and all of it: the listeners of
// a process that ends must not all connect to the others at once.
func again(within time.Duration) []byte {
	return fmt.Appendf(nil, "retry: %d\n", (within/5 + rand.N(within*4/5)).Milliseconds())
}
