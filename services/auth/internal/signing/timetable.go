package signing

import (
	"time"

	"crm.example/pkg/authn"
)

// margin allows for different clocks of machines.
const margin = time.Minute

// timetable says which key signs when, and until when it is needed. All of it follows from the times of
// creation, so that all replicas agree without talking to each other.
type timetable struct {
	keys        []key // oldest first
	propagation time.Duration
}

// signer is the newest key that has been published for long enough. The first key signs at once.
func (t timetable) signer(now time.Time) key {
	for i := len(t.keys) - 1; i > 0; i-- {
		if !now.Before(t.begins(i)) {
			return t.keys[i]
		}
	}
	return t.keys[0]
}

// published returns the keys that others need: those that will sign, and those whose access JWTs have not all expired.
func (t timetable) published(now time.Time) []key {
	var keys []key
	for i, k := range t.keys {
		if !t.over(i, authn.AccessLifetime, now) {
			keys = append(keys, k)
		}
	}
	return keys
}

// expired returns the keys that nobody needs: their refresh JWTs, which only this service verifies, have expired too.
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

// over tells whether all tokens with this lifetime that key i signed have expired.
func (t timetable) over(i int, lifetime time.Duration, now time.Time) bool {
	return i+1 < len(t.keys) && now.After(t.begins(i+1).Add(lifetime+margin))
}
