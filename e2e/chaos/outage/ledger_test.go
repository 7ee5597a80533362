//go:build chaos

package outage_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"crm.example/e2e/chaos/outage"
	"crm.example/e2e/crm"
	"crm.example/pkg/finding"
)

// change is one that somebody asked for. mark is a text that its event has, and no other event of that type.
type change struct {
	event, mark  string
	acknowledged bool
}

// check wants an acknowledged change once, and any other at most once.
func (c *change) check(t testing.TB, times int, where string) {
	t.Helper()
	if times > 1 || c.acknowledged && times == 0 {
		finding.Errorf(t, "%s %q is %d times %s; acknowledged: %v", c.event, c.mark, times, where, c.acknowledged)
	}
}

// ledger is what was asked for, kept apart from the system, and the events that there are.
type ledger struct {
	mu      sync.Mutex
	changes []*change
	events  map[string][]event // by type
	all     map[string][]int   // the sequences of each document, in the order of their arrival
	ids     map[string]int
}

type event struct {
	crm.Event
	raw []byte
}

func newLedger(t *testing.T, url string) *ledger {
	t.Helper()
	l := &ledger{events: map[string][]event{}, all: map[string][]int{}, ids: map[string]int{}}
	conn, err := nats.Connect(url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Close)
	js, err := jetstream.New(conn)
	if err != nil {
		t.Fatal(err)
	}
	for stream, subject := range map[string]string{"CRM_TICKETS": "crm.ticket.>", "CRM_USERS": "crm.user.>"} {
		consumer, err := js.OrderedConsumer(t.Context(), stream, jetstream.OrderedConsumerConfig{FilterSubjects: []string{subject}})
		if err != nil {
			t.Fatal(err)
		}
		reading, err := consumer.Consume(func(m jetstream.Msg) { l.read(m.Data()) })
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(reading.Stop)
	}
	return l
}

func (l *ledger) read(raw []byte) {
	e := event{raw: raw}
	err := json.Unmarshal(raw, &e.Event)
	var sequence int
	_, errSequence := fmt.Sscanf(e.Sequence, "%d", &sequence)
	l.mu.Lock()
	defer l.mu.Unlock()
	if errors.Join(err, errSequence) != nil {
		sequence = -1 // the audit tells
	}
	l.events[e.Type] = append(l.events[e.Type], e)
	l.all[e.Source+" "+e.Subject] = append(l.all[e.Source+" "+e.Subject], sequence)
	l.ids[e.ID]++
}

// ask notes a change before it is asked for.
func (l *ledger) ask(event, mark string) *change {
	l.mu.Lock()
	defer l.mu.Unlock()
	c := &change{event: "crm." + event + ".v1", mark: mark}
	l.changes = append(l.changes, c)
	return c
}

func (l *ledger) count(c *change) (times int) {
	for _, e := range l.events[c.event] {
		if e.Subject == c.mark || bytes.Contains(e.Data, []byte(`"`+c.mark+`"`)) {
			times++
		}
	}
	return times
}

// settle waits until everything acknowledged was outage.Events.
func (l *ledger) settle(t *testing.T) {
	t.Helper()
	begun := time.Now()
	for {
		missing := l.missing()
		if missing == nil {
			return
		}
		if time.Since(begun) > outage.Events {
			finding.Errorf(t, "%s %q was acknowledged, and has no event %s after the outage", missing.event, missing.mark, outage.Events)
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func (l *ledger) missing() *change {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, c := range l.changes {
		if c.acknowledged && l.count(c) == 0 {
			return c
		}
	}
	return nil
}

// audit looks at all events: nothing lost, nothing twice, no gap, in order.
func (l *ledger) audit(t *testing.T) {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, c := range l.changes {
		c.check(t, l.count(c), "on the stream")
	}
	for document, sequences := range l.all {
		for i, sequence := range sequences {
			if sequence != i+1 {
				finding.Errorf(t, "the events of %s come as %v", document, sequences)
				break
			}
		}
	}
	for id, times := range l.ids {
		if times > 1 {
			finding.Errorf(t, "event %s is %d times on the stream", id, times)
		}
	}
	t.Logf("ledger: %d changes asked for, %d events of %d documents", len(l.changes), len(l.ids), len(l.all))
}

// acknowledge notes that the change was.
func (l *ledger) acknowledge(c *change) {
	l.mu.Lock()
	defer l.mu.Unlock()
	c.acknowledged = true
}
