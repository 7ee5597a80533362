package sqlitestore

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"crm.example/pkg/problem"
	"crm.example/services/auth/internal/account"
)

// requestDoc is a reset request as it is kept.
type requestDoc struct {
	ID          string    `json:"id"`
	Email       string    `json:"email"`
	RequestedAt time.Time `json:"requestedAt"`
	ExpiresAt   time.Time `json:"expiresAt"`
	DueAt       time.Time `json:"dueAt"`
	Attempts    int       `json:"attempts"`
}

var requests = kind[account.ResetRequest]{
	find: requestByID, save: updateRequest,
	encode: func(r account.ResetRequest) any { return requestDoc(r) }, decode: decodeRequest, columns: requestColumns,
	next: func(*account.ResetRequest) {},
}

func requestColumns(r account.ResetRequest) []any {
	return []any{r.DueAt.UnixMilli(), r.ExpiresAt.UnixMilli()}
}

func decodeRequest(raw []byte) (account.ResetRequest, error) {
	var d requestDoc
	if err := json.Unmarshal(raw, &d); err != nil {
		return account.ResetRequest{}, fmt.Errorf("decode reset request: %w", err)
	}
	return account.ResetRequest(d), nil
}

// AddResetRequest implements account.ResetRequests.
func (s *Store) AddResetRequest(ctx context.Context, r account.ResetRequest) error {
	return s.Write(ctx, func(ctx context.Context, tx *sql.Tx) error { return addRequest(ctx, tx, r) })
}

func addRequest(ctx context.Context, tx *sql.Tx, r account.ResetRequest) error {
	doc, err := json.Marshal(requestDoc(r))
	if err != nil {
		return fmt.Errorf("encode reset request: %w", err)
	}
	args := append([]any{r.ID}, requestColumns(r)...)
	return exec(ctx, tx, "insert reset request", insertRequest, append(args, string(doc))...)
}

// ClaimResetRequest implements account.ResetRequests. It looks with a reader first: most times nothing is due,
// and that should not make the writers wait.
func (s *Store) ClaimResetRequest(ctx context.Context, now, until time.Time) (r account.ResetRequest, err error) {
	if _, err := findDoc(ctx, s.Read(), requestDue, now.UnixMilli()); err != nil {
		return account.ResetRequest{}, err
	}
	err = s.Write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		doc, err := findDoc(ctx, tx, requestDue, now.UnixMilli())
		if err != nil {
			return err
		}
		if r, err = decodeRequest(doc); err != nil {
			return err
		}
		r, err = moveRequest(ctx, tx, r, until, 1)
		return err
	})
	return r, err
}

// FinishResetRequest implements account.ResetRequests.
func (s *Store) FinishResetRequest(ctx context.Context, id string) error {
	return s.Write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		return exec(ctx, tx, "remove reset request", removeRequest, id)
	})
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

// moveRequest puts a request off, if nobody has claimed it since seen was read.
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

// RemoveExpired implements account.Store. It removes a thousand of each at most, so that no writer waits for long.
func (s *Store) RemoveExpired(ctx context.Context, now time.Time) error {
	for _, statement := range []string{expireSessions, expireRequests} {
		err := s.Write(ctx, func(ctx context.Context, tx *sql.Tx) error {
			return exec(ctx, tx, "remove what has expired", statement, now.UnixMilli())
		})
		if err != nil {
			return err
		}
	}
	return nil
}
