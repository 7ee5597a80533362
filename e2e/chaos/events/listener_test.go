//go:build chaos

package events_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"time"

	"crm.example/pkg/events"
	"crm.example/pkg/feedtest"
)

// attention is how long a listener listens before it hangs up, at most.
const attention = 200 * time.Millisecond

// listener is a careful client of the live feed that hangs up all the time.
type listener struct {
	base   string
	person *person
	http   *http.Client
	state  feedtest.Client
}

// leave listens for a random time and hangs up in the middle of whatever comes. An error is a broken promise.
func (l *listener) leave() (greeted bool, err error) {
	ctx, hangUp := context.WithTimeout(context.Background(), rand.N(attention))
	defer hangUp()
	return l.listen(ctx)
}

// listen keeps the state until ctx ends. That the server cannot be reached is no broken promise.
func (l *listener) listen(ctx context.Context) (greeted bool, err error) {
	res, err := l.open(ctx)
	if err != nil {
		return false, nil
	}
	defer res.Body.Close()
	switch {
	case res.StatusCode == http.StatusServiceUnavailable:
		return false, nil
	case res.StatusCode != http.StatusOK:
		return false, fmt.Errorf("the feed answers %s", res.Status)
	}
	reader := feedtest.NewReader(res.Body, l.state.LastID)
	first, err := reader.Next()
	if err != nil {
		return false, nil
	}
	if err := l.state.Begin(first, l.snapshot); err != nil {
		return false, ifPromise(err)
	}
	for {
		m, err := reader.Next()
		if err != nil {
			return true, l.moved(reader)
		}
		if err := l.state.Apply(m); err != nil {
			return true, err
		}
	}
}

// moved takes the id that came without an event, as a browser would.
func (l *listener) moved(reader *feedtest.Reader) error {
	if reader.LastID == l.state.LastID {
		return nil
	}
	return l.state.Heard(reader.LastID)
}

func (l *listener) open(ctx context.Context) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, l.base+"/v1/ticket/events", nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+l.person.token())
	if l.state.LastID != "" {
		req.Header.Set("Last-Event-ID", l.state.LastID)
	}
	return l.http.Do(req)
}

// errSnapshot marks that the list could not be read, which is no broken promise of the feed.
var errSnapshot = errors.New("read the list")

func ifPromise(err error) error {
	if errors.Is(err, errSnapshot) {
		return nil
	}
	return err
}

// snapshot lists all tickets that the person may see.
func (l *listener) snapshot() (all []events.Ticket, err error) {
	for path := "/v1/ticket?limit=100"; path != ""; {
		var page struct {
			Items      []events.Ticket `json:"items"`
			NextCursor *string         `json:"nextCursor"`
		}
		if err := l.get(path, &page); err != nil {
			return nil, fmt.Errorf("%w: %w", errSnapshot, err)
		}
		all = append(all, page.Items...)
		if path = ""; page.NextCursor != nil {
			path = "/v1/ticket?limit=100&cursor=" + *page.NextCursor
		}
	}
	return all, nil
}

func (l *listener) get(path string, into any) error {
	req, err := http.NewRequest(http.MethodGet, l.base+path, nil)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+l.person.token())
	res, err := l.http.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %w", res.Status, err)
	}
	return json.Unmarshal(body, into)
}
