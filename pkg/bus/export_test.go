package bus

import "time"

var BackOff = backOff

// Beat is how often the server is told that an event is in hand.
func (c Consumer) Beat() time.Duration { return c.withDefaults().beat }

// Telling tells the server so often that an event is in hand.
func (c Consumer) Telling(beat time.Duration) Consumer {
	c.beat = beat
	return c
}

// Impatient waits no longer than it must: JetStream does not answer the acknowledgement of an event that is gone, and after a
// purge goes on with its next sign of life, which cannot be more frequent.
func (c Consumer) Impatient() Consumer {
	c.ackWithin, c.pullBeat = 200*time.Millisecond, 500*time.Millisecond
	return c
}
