package ticket

import "context"

// Rating is what a client thinks of how a ticket went.
type Rating struct {
	Score   int // 1 to 5
	Comment string
}

// Rate rates a closed ticket. A rating takes the place of the one before; the same one changes nothing.
func (t *Ticket) Rate(s Stamp, r Rating) error {
	next, err := t.next(s, 0, ToRate)
	if err != nil {
		return err
	}
	before := t.Summary
	if r == (Rating{t.RatingScore, t.RatingComment}) {
		return nil
	}
	t.RatingScore, t.RatingComment, t.RatedAt = r.Score, r.Comment, s.At
	t.record(s, next.verb, before, nil)
	return nil
}

// Rate has the client rate its closed ticket.
func (d Desk) Rate(ctx context.Context, a Actor, id string, r Rating, of Versions) (Ticket, error) {
	stamp := d.stamp(a)
	return d.update(ctx, a, Target{ID: id}, func(t *Ticket, _ Idempotency) error {
		if err := of.check(t); err != nil {
			return err
		}
		return t.Rate(stamp, r)
	}, ToRate)
}
