//go:build chaos

package outage_test

import (
	"sync/atomic"
	"testing"
	"time"
)

// clock notices how busy the machine is: it wants to be woken every 10 ms, and counts when that is late by half of what the
// registry's calls may take.
type clock struct{ ticks, lates atomic.Int64 }

func (c *clock) watch(t *testing.T) {
	go func() {
		for t.Context().Err() == nil {
			due := time.Now().Add(10 * time.Millisecond)
			time.Sleep(time.Until(due))
			c.ticks.Add(1)
			if time.Since(due) > 50*time.Millisecond {
				c.lates.Add(1)
			}
		}
	}()
}

// late is the share of the ticks that were.
func (c *clock) late() float64 { return float64(c.lates.Load()) / float64(max(1, c.ticks.Load())) }
