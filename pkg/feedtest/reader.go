// Package feedtest is a listener of the live feed as a careful client is one: it reads text/event-stream, keeps the tickets
// that it hears of, resumes, and complains of whatever is sent twice, left out or out of order. It is for tests, of the
// ticket service and of a whole deployment alike.
package feedtest

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// Message is an event as it is dispatched.
type Message struct{ ID, Event, Data string }

// Reader reads events as the HTML standard has it (section 9.2.6).
type Reader struct {
	lines *bufio.Reader
	id    string // becomes LastID with the empty line after it: a stream may break off in between
	// LastID is what to resume from; Retry is how long to wait before that. Both move on without an event too.
	LastID string
	Retry  time.Duration
	// Comments are those since the last event, joined.
	Comments string
}

// NewReader reads a stream that resumes after an id, or "".
func NewReader(stream io.Reader, lastID string) *Reader {
	return &Reader{lines: bufio.NewReader(stream), id: lastID, LastID: lastID}
}

var errCutOff = errors.New("the stream ended within a line")

// Next waits for the next event; io.EOF is a clean end. What is no event on its way only moves LastID and Retry.
func (r *Reader) Next() (Message, error) {
	var m Message
	var data []string
	r.Comments = ""
	for {
		line, err := r.lines.ReadString('\n')
		if errors.Is(err, io.EOF) && line != "" {
			return m, errCutOff
		}
		if err != nil {
			return m, err
		}
		line = strings.TrimSuffix(line, "\n")
		if line == "" {
			r.LastID = r.id
			if data != nil {
				m.ID, m.Data = r.LastID, strings.Join(data, "\n")
				return m, nil
			}
			m = Message{}
			continue
		}
		if err := r.field(line, &m, &data); err != nil {
			return m, err
		}
	}
}

// field is stricter than the standard: what it does not know is an error, since nothing else is promised.
func (r *Reader) field(line string, m *Message, data *[]string) error {
	name, value, _ := strings.Cut(line, ":")
	value = strings.TrimPrefix(value, " ")
	switch name {
	case "":
		r.Comments += value
	case "id":
		r.id = value
	case "event":
		m.Event = value
	case "data":
		*data = append(*data, value)
	case "retry":
		wait, err := strconv.Atoi(value)
		if err != nil || wait < 0 {
			return fmt.Errorf("retry is %q", value)
		}
		r.Retry = time.Duration(wait) * time.Millisecond
	default:
		return fmt.Errorf("field %q", line)
	}
	return nil
}
