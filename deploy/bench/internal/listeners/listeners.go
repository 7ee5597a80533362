// Package listeners holds many listeners of the live feed open at once, as cheaply as it can: it is the servers that are
// measured. It speaks HTTP/1.1 over plain connections and knows no more of events than their first line.
package listeners

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Crowd is a number of listeners.
type Crowd struct {
	address string
	conns   []net.Conn

	Ready, Heartbeats, Events, Lost atomic.Int64
}

// Open connects n listeners, of whom each sends the token that it is given, a few at a time, and returns when every one
// of them was told that it is ready.
func Open(ctx context.Context, address string, n int, token func(i int) string) (*Crowd, error) {
	c := &Crowd{address: address, conns: make([]net.Conn, n)}
	var wg sync.WaitGroup
	var failed atomic.Pointer[error]
	slots := make(chan struct{}, 64)
	for i := range n {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			if err := c.open(ctx, i, token(i)); err != nil {
				failed.CompareAndSwap(nil, &err)
			}
		})
	}
	wg.Wait()
	if err := failed.Load(); err != nil {
		c.Close()
		return nil, *err
	}
	return c, nil
}

const openWithin = 30 * time.Second

func (c *Crowd) open(ctx context.Context, i int, token string) error {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", c.address)
	if err != nil {
		return err
	}
	c.conns[i] = conn
	_ = conn.SetDeadline(time.Now().Add(openWithin))
	if _, err := fmt.Fprintf(conn, "GET /v1/ticket/events HTTP/1.1\r\nHost: crm\r\nAuthorization: Bearer %s\r\n\r\n", token); err != nil {
		return err
	}
	ready := make(chan error, 1)
	go c.read(conn, ready)
	if err = <-ready; err == nil {
		_ = conn.SetDeadline(time.Time{})
	}
	return err
}

// read counts what comes until the connection ends.
func (c *Crowd) read(conn net.Conn, ready chan<- error) {
	lines := bufio.NewReaderSize(conn, 512)
	for {
		line, err := lines.ReadString('\n')
		switch {
		case err != nil:
			if !errors.Is(err, net.ErrClosed) {
				c.Lost.Add(1)
			}
			select {
			case ready <- err:
			default: // it was ready long ago
			}
			return
		case strings.HasPrefix(line, "HTTP/1.1 ") && !strings.HasPrefix(line, "HTTP/1.1 200 "):
			ready <- fmt.Errorf("the feed answers %s", strings.TrimSpace(line))
			return
		case strings.HasPrefix(line, "event: ready"):
			c.Ready.Add(1)
			ready <- nil
		case strings.HasPrefix(line, "event: crm."):
			c.Events.Add(1)
		case strings.HasPrefix(line, ": heartbeat"):
			c.Heartbeats.Add(1)
		}
	}
}

// Close hangs up.
func (c *Crowd) Close() {
	for _, conn := range c.conns {
		if conn != nil {
			_ = conn.Close()
		}
	}
}
