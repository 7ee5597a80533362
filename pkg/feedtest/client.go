package feedtest

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"crm.example/pkg/events"
)

// Client keeps the tickets that it may see, from a snapshot and from what it hears after it.
type Client struct {
	// LastID is what to resume from; "" before the first stream.
	LastID string
	// Tickets by their id, as TicketSummary of the contract.
	Tickets map[string]events.Ticket
	// Resyncs, Events and Old count what came: Old are events that the snapshot had already.
	Resyncs, Events, Old int

	last    uint64         // the stream sequence of the last event
	since   string         // the client's time before its snapshot, as the contract writes times
	deleted map[string]int // at which version
}

// Begin takes the first event of a stream. snapshot, asked for where the client knows nothing or has missed something,
// lists the tickets as they are after that event.
func (c *Client) Begin(first Message, snapshot func() ([]events.Ticket, error)) error {
	switch {
	case first.Event == "ready" && c.LastID == first.ID:
		return nil
	case first.Event == "ready" && c.LastID != "":
		return fmt.Errorf("resumed from %s and got ready at %s", c.LastID, first.ID)
	case first.Event == "resync":
		c.Resyncs++
	case first.Event != "ready":
		return fmt.Errorf("the first event is %q", first.Event)
	}
	c.since = time.Now().UTC().Format(events.TimeLayout)
	tickets, err := snapshot()
	if err != nil {
		return err
	}
	c.Tickets, c.deleted = map[string]events.Ticket{}, map[string]int{}
	for _, t := range tickets {
		c.Tickets[t.ID] = t
	}
	c.LastID = first.ID
	c.last, err = sequenceOf(first.ID)
	return err
}

// Heard moves the id on where it came without an event.
func (c *Client) Heard(lastID string) error {
	sequence, err := sequenceOf(lastID)
	if err != nil || sequence < c.last {
		return fmt.Errorf("after %s came %s: %w", c.LastID, lastID, err)
	}
	c.LastID, c.last = lastID, sequence
	return nil
}

// Apply takes an event after the first. Its error is a broken promise: an event that came twice, or one before it that
// did not come.
func (c *Client) Apply(m Message) error {
	var e events.Envelope
	var data events.TicketData
	if err := json.Unmarshal([]byte(m.Data), &e); err != nil {
		return fmt.Errorf("read %s: %w", m.ID, err)
	}
	if err := json.Unmarshal(e.Data, &data); err != nil {
		return fmt.Errorf("read data of %s: %w", m.ID, err)
	}
	version, err := strconv.Atoi(e.Sequence)
	sequence, errID := sequenceOf(m.ID)
	if err != nil || errID != nil || e.Type != m.Event {
		return fmt.Errorf("event %s of type %q, sequence %q, is named %q", m.ID, e.Type, e.Sequence, m.Event)
	}
	if sequence <= c.last {
		return fmt.Errorf("%s came after %s", m.ID, c.LastID)
	}
	c.LastID, c.last = m.ID, sequence
	c.Events++
	return c.change(e, data.Ticket, version)
}

func (c *Client) change(e events.Envelope, t events.Ticket, version int) error {
	have := max(c.Tickets[t.ID].Version, c.deleted[t.ID])
	switch {
	case version <= have:
		c.Old++
		return nil
	case version != have+1 && (have > 0 || t.OpenedAt > c.since): // a deleted one tells no time
		return fmt.Errorf("ticket %s: %s has sequence %d after %d, opened at %q, known since %s", t.ID, e.Type, version, have, t.OpenedAt, c.since)
	case strings.HasPrefix(e.Type, "crm.ticket.deleted."):
		delete(c.Tickets, t.ID)
		c.deleted[t.ID] = version
	default:
		c.Tickets[t.ID] = t
	}
	return nil
}

func sequenceOf(id string) (uint64, error) {
	_, digits, _ := strings.Cut(id, "-")
	sequence, err := strconv.ParseUint(digits, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("id %q: %w", id, err)
	}
	return sequence, nil
}
