package authn

import "time"

// SetClock gives the verifier another clock.
func (v *Verifier) SetClock(now func() time.Time) { v.now = now }
