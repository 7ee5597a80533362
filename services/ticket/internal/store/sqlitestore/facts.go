package sqlitestore

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"crm.example/pkg/events"
	"crm.example/pkg/sqlite"
	"crm.example/services/ticket/internal/ticket"
)

// What a report is made of. Each reads the part of an index that the days are in, which has all that is asked for.
const (
	countOpened    = `SELECT substr(opened_at, 1, 10), count(*) FROM tickets INDEXED BY tickets_newest WHERE deleted_at IS NULL AND opened_at >= ? AND opened_at < ? GROUP BY 1`
	countAnswers   = `SELECT substr(sent_at, 1, 10), author_id, count(*) FROM messages INDEXED BY messages_answers WHERE role <> 'client' AND seq > 1 AND sent_at >= ? AND sent_at < ? GROUP BY 1, 2`
	selectClosings = `SELECT closed_at, opened_at, coalesce(assignee_id, '') FROM tickets INDEXED BY tickets_closed WHERE deleted_at IS NULL AND status = 'closed' AND closed_at >= ? AND closed_at < ?`
	selectFirst    = `SELECT first_replied_at, opened_at FROM tickets INDEXED BY tickets_answered WHERE deleted_at IS NULL AND first_replied_at >= ? AND first_replied_at < ?`
	countRatings   = `SELECT coalesce(assignee_id, ''), rating_score, count(*) FROM tickets INDEXED BY tickets_rated WHERE deleted_at IS NULL AND rated_at >= ? AND rated_at < ? GROUP BY 1, 2`
	countWaiting   = `SELECT count(*) FROM tickets INDEXED BY tickets_waiting WHERE deleted_at IS NULL AND status = 'pending-agent' AND turn IS NOT NULL AND (snoozed_until IS NULL OR snoozed_until <= ?)`
)

// Facts is described in ticket.Store.
func (s *Store) Facts(ctx context.Context, from, to, now time.Time) (f ticket.Facts, err error) {
	f = ticket.Facts{Opened: map[string]int{}, Answers: map[ticket.AgentDay]int{}, Ratings: map[ticket.Rated]int{}}
	var took time.Duration
	read := func(statement string, row func(*sql.Rows) error) {
		if err == nil {
			_, err = sqlite.Rows(ctx, s.Read(), func(rows *sql.Rows, _ *struct{}) error { return row(rows) }, statement, events.Time(from), events.Time(to))
		}
	}
	read(countOpened, func(rows *sql.Rows) error {
		var day string
		var n int
		defer func() { f.Opened[day] = n }()
		return rows.Scan(&day, &n)
	})
	read(countAnswers, func(rows *sql.Rows) error {
		var of ticket.AgentDay
		var n int
		defer func() { f.Answers[of] = n }()
		return rows.Scan(&of.Day, &of.AgentID, &n)
	})
	read(selectClosings, func(rows *sql.Rows) (err error) {
		var closed, opened string
		var c ticket.Closing
		if err := rows.Scan(&closed, &opened, &c.AssigneeID); err != nil {
			return err
		}
		c.At, c.Took, err = between(opened, closed)
		f.Closed = append(f.Closed, c)
		return err
	})
	read(selectFirst, func(rows *sql.Rows) (err error) {
		var answered, opened string
		if err := rows.Scan(&answered, &opened); err != nil {
			return err
		}
		_, took, err = between(opened, answered)
		f.FirstAnswers = append(f.FirstAnswers, took)
		return err
	})
	read(countRatings, func(rows *sql.Rows) error {
		var of ticket.Rated
		var n int
		defer func() { f.Ratings[of] = n }()
		return rows.Scan(&of.AssigneeID, &of.Score, &n)
	})
	if err == nil {
		err = s.Read().QueryRowContext(ctx, countWaiting, events.Time(now)).Scan(&f.Waiting)
	}
	if err != nil {
		return ticket.Facts{}, sqlite.Translate(fmt.Errorf("read the facts of a report: %w", err))
	}
	return f, nil
}

// between is the later of two times and how long after the other it is.
func between(first, then string) (at time.Time, took time.Duration, err error) {
	begun, err := time.Parse(time.RFC3339, first)
	if err != nil {
		return time.Time{}, 0, err
	}
	at, err = time.Parse(time.RFC3339, then)
	return at, at.Sub(begun), err
}
