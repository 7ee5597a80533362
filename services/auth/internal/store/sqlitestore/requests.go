package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"crm.example/pkg/problem"
	"crm.example/pkg/sqlite"
	"crm.example/services/auth/internal/account"
	"crm.example/services/auth/internal/store/document"
)

var requests = kind[document.ResetRequest, account.ResetRequest]{
	find: requestByID, insert: insertRequest, patch: updateRequest, encode: document.ResetRequestOf,
	decode:  func(d document.ResetRequest) (account.ResetRequest, error) { return d.ResetRequest(), nil },
	columns: func(r account.ResetRequest) []any { return []any{r.DueAt.UnixMilli(), r.ExpiresAt.UnixMilli()} },
	version: func(*account.ResetRequest) *int { return new(int) }, // it has none
}

// AddResetRequest implements account.ResetRequests.
func (s *Store) AddResetRequest(ctx context.Context, r account.ResetRequest) error {
	return s.Write(ctx, func(ctx context.Context, tx *sql.Tx) error { return requests.add(ctx, tx, r.ID, r) })
}

// ClaimResetRequest implements account.ResetRequests. It looks with a reader first: usually nothing is due,
// and then no writer has to wait.
func (s *Store) ClaimResetRequest(ctx context.Context, now, until time.Time) (r account.ResetRequest, err error) {
	if _, err := sqlite.One[document.ResetRequest](ctx, s.Read(), requestDue, now.UnixMilli()); err != nil {
		return account.ResetRequest{}, err
	}
	err = s.Write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		due, err := sqlite.One[document.ResetRequest](ctx, tx, requestDue, now.UnixMilli())
		if err == nil {
			r, err = moveRequest(ctx, tx, due.ResetRequest(), until, 1)
		}
		return err
	})
	return r, err
}

// FinishResetRequest implements account.ResetRequests.
func (s *Store) FinishResetRequest(ctx context.Context, id string) error {
	_, err := s.Exec(ctx, "remove reset request", removeRequest, id)
	return err
}

// RetryResetRequest implements account.ResetRequests.
func (s *Store) RetryResetRequest(ctx context.Context, claimed account.ResetRequest, at time.Time) error {
	err := s.Write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := moveRequest(ctx, tx, claimed, at, 0)
		return err
	})
	if problem.Is(err, problem.NotFound) || errors.Is(err, errClaimedAgain) {
		return nil
	}
	return err
}

var errClaimedAgain = errors.New("the request has been claimed again")

// moveRequest postpones a request, if nobody has claimed it since seen was read.
func moveRequest(ctx context.Context, tx *sql.Tx, seen account.ResetRequest, to time.Time, attempts int) (account.ResetRequest, error) {
	move := func(r *account.ResetRequest) error {
		if r.Attempts != seen.Attempts {
			return errClaimedAgain
		}
		r.DueAt = to
		r.Attempts += attempts
		return nil
	}
	return requests.alter(ctx, tx, seen.ID, move, func(*account.ResetRequest) error { return nil })
}

// RemoveExpired implements account.Store. It removes at most a thousand of each, so that no writer waits long.
func (s *Store) RemoveExpired(ctx context.Context, now time.Time) error {
	for _, statement := range []string{expireSessions, expireRequests} {
		if _, err := s.Exec(ctx, "remove what has expired", statement, now.UnixMilli()); err != nil {
			return err
		}
	}
	return nil
}
