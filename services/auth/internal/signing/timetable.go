package signing

import (
	"time"

	"crm.example/pkg/authn"
)

// margin is for clocks that differ between machines.
const margin = time.Minute

// timetable says when which key does what. Everything follows from the times of creation, so that all
// replicas agree without talking to each other.
type timetable struct {
	keys        []key // oldest first
	propagation time.Duration
}

// signer is the newest key that has been published for long enough; the first one needs no time.
func (t timetable) signer(now time.Time) key {
	for i := len(t.keys) - 1; i > 0; i-- {
		if !now.Before(t.begins(i)) {
			return t.keys[i]
		}
	}
	return t.keys[0]
}

// published are the keys that others need: those that will sign, and those with access JWTs out.
func (t timetable) published(now time.Time) []key {
	var keys []key
	for i, k := range t.keys {
		if !t.over(i, authn.AccessLifetime, now) {
			keys = append(keys, k)
		}
	}
	return keys
}

// expired are the keys that nobody needs: their refresh JWTs, which only this service verifies, are over too.
func (t timetable) expired(now time.Time) []key {
	var keys []key
	for i, k := range t.keys {
		if t.over(i, authn.RefreshLifetime, now) {
			keys = append(keys, k)
		}
	}
	return keys
}

func (t timetable) begins(i int) time.Time { return t.keys[i].createdAt.Add(t.propagation) }

// over tells whether the tokens of this lifetime that key i signed have all expired.
func (t timetable) over(i int, lifetime time.Duration, now time.Time) bool {
	return i+1 < len(t.keys) && now.After(t.begins(i+1).Add(lifetime+margin))
}
