package main_test

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"

	"crm.example/pkg/finding"
)

// ledger is what the server has acknowledged to the test: texts of messages by ticket. Every text is sent once.
type ledger struct {
	mu    sync.Mutex
	acked map[string][]string
	count atomic.Int64
	texts atomic.Int64
}

func newLedger() *ledger { return &ledger{acked: map[string][]string{}} }

func (l *ledger) nextText() string { return fmt.Sprint("text ", l.texts.Add(1)) }

func (l *ledger) note(ticketID, text string) {
	l.mu.Lock()
	l.acked[ticketID] = append(l.acked[ticketID], text)
	l.mu.Unlock()
	l.count.Add(1)
}

// tickets are the ids of those that were acknowledged.
func (l *ledger) tickets() (ids []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for id := range l.acked {
		ids = append(ids, id)
	}
	return ids
}

// write opens tickets and replies to them from several goroutines until the server does not answer,
// calling at once after so many acknowledgements from now. It returns when all have given up.
func (l *ledger) write(c *client, after int64, at func()) {
	const writers = 8
	target := l.count.Load() + after
	var wg sync.WaitGroup
	var once sync.Once
	for range writers {
		wg.Go(func() {
			mine := "" // the last ticket that this writer opened
			for l.writeOne(c, &mine) == nil {
				if l.count.Load() >= target {
					once.Do(at)
				}
			}
		})
	}
	wg.Wait()
	once.Do(at) // if all writers gave up before
}

// writeOne acknowledges only what the server has answered; whatever else was sent may have happened or not.
func (l *ledger) writeOne(c *client, mine *string) error {
	text := l.nextText()
	if *mine != "" && rand.IntN(3) > 0 {
		err := c.call("PUT", "/v1/ticket/"+*mine, map[string]string{"message": text}, nil, 200)
		if err == nil {
			l.note(*mine, text)
		}
		return err
	}
	var opened ticket
	err := c.call("POST", "/v1/ticket", map[string]string{"subject": text, "message": text}, &opened, 201)
	if err == nil {
		*mine = opened.ID
		l.note(opened.ID, text)
	}
	return err
}

// settle reads every ticket that the client has and compares: all that was acknowledged is there, once.
func (l *ledger) settle(t *testing.T, c *client) map[string]ticket {
	t.Helper()
	all := readAll(t, c)
	seen := map[string]bool{}
	for _, one := range all {
		for _, m := range one.Conversation {
			if seen[m.Message] {
				finding.Errorf(t, "%q is there twice", m.Message)
			}
			seen[m.Message] = true
		}
	}
	for _, id := range l.tickets() {
		if _, ok := all[id]; !ok {
			finding.Errorf(t, "ticket %s was acknowledged and is lost", id)
		}
		for _, text := range l.acked[id] {
			if !seen[text] {
				finding.Errorf(t, "%q was acknowledged and is lost", text)
			}
		}
	}
	return all
}

func readAll(t *testing.T, c *client) map[string]ticket {
	t.Helper()
	all := map[string]ticket{}
	for query := "?limit=100"; query != ""; {
		var page struct {
			Items      []ticket
			NextCursor *string
		}
		if err := c.call("GET", "/v1/ticket"+query, nil, &page, 200); err != nil {
			t.Fatal(err)
		}
		for _, item := range page.Items {
			if err := c.call("GET", "/v1/ticket/"+item.ID, nil, &item, 200); err != nil {
				t.Fatal(err)
			}
			all[item.ID] = item
		}
		if query = ""; page.NextCursor != nil {
			query = "?limit=100&cursor=" + *page.NextCursor
		}
	}
	return all
}
