package memory

// smallest is the number of entries below which a sweep is not worth its time.
const smallest = 1024

// ended is a map whose entries expire. When the map has doubled since the last sweep, the call that adds an entry removes the
// expired ones. So the map never holds more than twice what it must, at a constant average cost and without a goroutine.
type ended[V any] struct {
	entries map[string]V
	sweepAt int
}

// put sets an entry; over tells whether an entry has expired.
func (m *ended[V]) put(key string, value V, over func(V) bool) {
	if m.entries == nil {
		m.entries = map[string]V{}
	}
	m.entries[key] = value
	if len(m.entries) < max(m.sweepAt, smallest) {
		return
	}
	for k, v := range m.entries {
		if over(v) {
			delete(m.entries, k)
		}
	}
	m.sweepAt = 2 * len(m.entries)
}
