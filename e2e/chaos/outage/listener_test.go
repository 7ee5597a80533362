//go:build chaos

package outage_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"testing"
	"time"

	"crm.example/e2e/chaos/outage"
	"crm.example/e2e/target"
	"crm.example/pkg/events"
	"crm.example/pkg/feedtest"
)

// listener holds a live feed of the client open while the fault lasts, and resumes it where it ended.
type listener struct {
	base, token string

	mu      sync.Mutex
	state   feedtest.Client
	ended   int   // how often the stream did
	refused int   // how often there was none to be had
	broken  error // the first promise that was
}

// listen returns once the feed is open.
func (c *cast) listen(t *testing.T) *listener {
	t.Helper()
	l := &listener{base: c.s.BaseURL, token: bearer(c.client.Tokens.AccessJWT)}
	ctx, hangUp := context.WithCancel(context.Background())
	var listening sync.WaitGroup
	listening.Go(func() {
		for ctx.Err() == nil {
			l.note(ctx, l.follow(ctx))
			time.Sleep(pollPause)
		}
	})
	t.Cleanup(func() { hangUp(); listening.Wait() })
	for begun := time.Now(); l.position() == ""; time.Sleep(10 * time.Millisecond) {
		if time.Since(begun) > patience {
			t.Fatalf("no live feed: %v", l.broken)
		}
	}
	return l
}

func (l *listener) note(ctx context.Context, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if ctx.Err() == nil && l.broken == nil {
		l.broken = err
	}
}

func (l *listener) position() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.state.LastID
}

// follow keeps the state until the stream ends. An error is a broken promise: a clean end, and 503 to who comes back, are none.
func (l *listener) follow(ctx context.Context) error {
	from := l.position()
	res, err := l.get(ctx, "/v1/ticket/events", from)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	switch res.StatusCode {
	case http.StatusOK:
	case http.StatusServiceUnavailable:
		l.mu.Lock()
		defer l.mu.Unlock()
		l.refused++
		return nil
	default:
		return fmt.Errorf("the live feed answers %s", res.Status)
	}
	reader := feedtest.NewReader(res.Body, from)
	for n := 0; ; n++ {
		m, err := reader.Next()
		if err == nil {
			err = l.take(n, m)
		}
		if err != nil {
			return errors.Join(l.moved(reader), notEOF(err))
		}
	}
}

// take knows the first message of a stream from the events after it. It may not have missed anything.
func (l *listener) take(n int, m feedtest.Message) error {
	if n > 0 {
		l.mu.Lock()
		defer l.mu.Unlock()
		return l.state.Apply(m)
	}
	if m.Event != "ready" {
		return fmt.Errorf("the live feed goes on after %q with %s", l.position(), m.Event)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.state.Begin(m, l.snapshot)
}

func notEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// moved takes the id that came without an event, as a browser would.
func (l *listener) moved(reader *feedtest.Reader) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ended++
	if l.state.LastID == "" || reader.LastID == l.state.LastID {
		return nil
	}
	return l.state.Heard(reader.LastID)
}

func (l *listener) get(ctx context.Context, path, lastID string) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, l.base+path, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", l.token)
	if lastID != "" {
		req.Header.Set("Last-Event-ID", lastID)
	}
	return connections.RoundTrip(req)
}

// snapshot lists the client's tickets, which are fewer than a page has.
func (l *listener) snapshot() ([]events.Ticket, error) {
	res, err := l.get(context.Background(), "/v1/ticket?limit=100", "")
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	var page struct{ Items []events.Ticket }
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the list answers %s", res.Status)
	}
	err = json.NewDecoder(res.Body).Decode(&page)
	return page.Items, err
}

// check wants all changes heard, and the stream never to have ended but for a Redis that was away for long: nobody could
// tell then whether the token still counts.
func (l *listener) check(t *testing.T, engine string) {
	t.Helper()
	for begun := time.Now(); ; time.Sleep(pollPause) {
		missing := l.missing()
		if missing == "" {
			break
		}
		if time.Since(begun) > outage.Events {
			t.Errorf("the live feed, %s after the outage: %s", outage.Events, missing)
			break
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	t.Logf("live feed: %d events heard, ended %d times, refused %d times", l.state.Events, l.ended, l.refused)
	if l.broken != nil {
		t.Errorf("the live feed: %v", l.broken)
	}
	if l.ended > 0 && engine != target.Redis {
		t.Errorf("the live feed ended %d times", l.ended)
	}
}

// missing names a ticket that the listener knows otherwise than the list has it.
func (l *listener) missing() string {
	tickets, err := l.snapshot()
	if err != nil {
		return err.Error()
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(tickets) != len(l.state.Tickets) {
		return fmt.Sprintf("%d tickets are known, and there are %d", len(l.state.Tickets), len(tickets))
	}
	for _, t := range tickets {
		if known := l.state.Tickets[t.ID].Version; known != t.Version {
			return fmt.Sprintf("ticket %s is known at version %d, and has %d", t.ID, known, t.Version)
		}
	}
	return ""
}
