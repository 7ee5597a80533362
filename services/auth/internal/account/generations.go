package account

import (
	"errors"
	"time"

	"crm.example/pkg/problem"
)

// How long the refresh JWT before the last may get its successor again: a short time in any case, for two tabs that
// refresh at once, and a longer time after a lost answer, if nobody has used the tokens in it.
const (
	repeatGrace  = 30 * time.Second
	repeatUnused = AccessLifetime
)

// verdict says what happens to a refresh JWT of some generation.
type verdict int

const (
	rotate         verdict = iota // it is the newest: the next generation
	repeat                        // its successor was issued a moment ago: it gets that one again
	repeatIfUnused                // its successor was issued lately: it gets that one again if it was never used
	stolen                        // two clients have the session: it ends (RFC 9700, section 4.14.2)
	unheardOf                     // a generation that the session has not had yet
)

// judge decides by generations: times cannot distinguish two rotations within one second.
func (s Session) judge(generation int, now time.Time) verdict {
	age := now.Sub(s.RotatedAt)
	switch {
	case generation > s.Generation:
		return unheardOf
	case generation == s.Generation:
		return rotate
	case generation == s.Generation-1 && age <= repeatGrace:
		return repeat
	case generation == s.Generation-1 && age <= repeatUnused:
		return repeatIfUnused
	}
	return stolen
}

// errMoved says that another refresh was faster; the caller judges again.
var errMoved = errors.New("the session came to another generation meanwhile")

func errEnded() error { return problem.New(problem.SessionEnded, "Log in again.") }

func errRefresh() error { return problem.New(problem.RefreshInvalid, "Log in again.") }

// expect is the compare in compare-and-set: the session is not ended and has this generation.
func (s Session) expect(generation int) error {
	if !s.EndedAt.IsZero() {
		return errEnded()
	}
	if s.Generation != generation {
		return errMoved
	}
	return nil
}

// rotate brings the session from one generation to the next.
func (s *Session) rotate(from int, now time.Time) error {
	if err := s.expect(from); err != nil {
		return err
	}
	s.Generation, s.RotatedAt, s.Repeats = from+1, now, 0
	return nil
}

// repeat issues the present generation again. The time limit still begins at the rotation.
func (s *Session) repeat(at int) error {
	if err := s.expect(at); err != nil {
		return err
	}
	s.Repeats++
	return nil
}
