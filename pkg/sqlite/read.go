package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"sync"
)

// Queries is the pool of readers for the few queries that a service has, the short ones: each is prepared once per connection
// and kept, so its text must not hold values. A query does not begin once its context has ended, but does not end with it: to
// watch for that, the driver starts goroutines, which cost more than the query. Errors go through Translate.
type Queries struct {
	reader   *sql.DB
	mu       sync.Mutex
	prepared map[string]*sql.Stmt // by text
}

// Queries is the readers' pool for short queries.
func (db *DB) Queries() *Queries { return &db.queries }

// QueryContext is as that of sql.DB, but for what Queries says.
func (q *Queries) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	statement, err := q.prepare(ctx, query)
	if err != nil {
		return nil, err
	}
	return statement.QueryContext(context.WithoutCancel(ctx), args...)
}

// QueryRowContext is as that of sql.DB, but for what Queries says.
func (q *Queries) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	statement, err := q.prepare(ctx, query)
	if err != nil {
		return q.reader.QueryRowContext(ctx, query, args...) // fails likewise
	}
	return statement.QueryRowContext(context.WithoutCancel(ctx), args...)
}

func (q *Queries) prepare(ctx context.Context, query string) (*sql.Stmt, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if statement, ok := q.prepared[query]; ok {
		return statement, nil
	}
	statement, err := q.reader.PrepareContext(ctx, query)
	if err != nil {
		return nil, fmt.Errorf("prepare: %w", err)
	}
	if q.prepared == nil {
		q.prepared = map[string]*sql.Stmt{}
	}
	q.prepared[query] = statement
	return statement, nil
}
