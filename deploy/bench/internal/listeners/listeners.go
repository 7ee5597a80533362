// Package listeners holds many listeners of the live feed open at once. It knows no more of events than their first line.
package listeners

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
)

// Group is a number of listeners.
type Group struct {
	n    int64
	stop context.CancelFunc

	Heartbeats, Events, Lost atomic.Int64
}

// Open connects n listeners, of whom each sends the token that it is given, a few at a time, and returns when every one
// of them was told that it is ready.
func Open(ctx context.Context, url string, n int, token func(i int) string) (*Group, error) {
	ctx, stop := context.WithCancel(ctx)
	c := &Group{n: int64(n), stop: stop}
	client := &http.Client{Transport: &http.Transport{}}
	var group errgroup.Group
	group.SetLimit(64)
	for i := range n {
		group.Go(func() error { return c.open(ctx, client, url, token(i)) })
	}
	err := group.Wait()
	if err != nil {
		stop()
	}
	return c, err
}

func (c *Group) open(ctx context.Context, client *http.Client, url, token string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/v1/ticket/events", nil)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	lines := bufio.NewReaderSize(resp.Body, 512)
	for {
		switch line, err := lines.ReadString('\n'); {
		case err != nil || resp.StatusCode != http.StatusOK:
			return fmt.Errorf("the feed answers %s, then %w", resp.Status, err)
		case strings.HasPrefix(line, "event: ready"):
			go c.read(ctx, lines)
			return nil
		}
	}
}

// read counts what comes until the connection ends.
func (c *Group) read(ctx context.Context, lines *bufio.Reader) {
	for {
		line, err := lines.ReadString('\n')
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			c.Lost.Add(1)
			return
		case strings.HasPrefix(line, "event: crm."):
			c.Events.Add(1)
		case strings.HasPrefix(line, ": heartbeat"):
			c.Heartbeats.Add(1)
		}
	}
}

// Close hangs up.
func (c *Group) Close() { c.stop() }

// Complete refuses what was lost, missed or doubled: each listener hears once, of its client's change.
func (c *Group) Complete() error {
	if lost, heard := c.Lost.Load(), c.Events.Load(); lost > 0 || heard != c.n {
		return fmt.Errorf("%d of %d listeners were lost, and they heard %d times of a change", lost, c.n, heard)
	}
	return nil
}
