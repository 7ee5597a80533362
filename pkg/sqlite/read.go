package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"sync"
)

// Queries is the pool of readers for the short queries of a service. Each is prepared once per connection and kept, so its text
// must not contain values. A query does not begin after its context has ended, but if the context ends later, the query goes on: to
// stop it, the driver would start goroutines that cost more than the query. Errors go through Translate.
type Queries struct {
	reader   *sql.DB
	mu       sync.Mutex
	prepared map[string]*sql.Stmt // by text
}

// Queries is the readers' pool for short queries.
func (db *DB) Queries() *Queries { return &db.queries }

// QueryContext is that of sql.DB, with the differences that Queries names.
func (q *Queries) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	statement, err := q.prepare(ctx, query)
	if err != nil {
		return nil, err
	}
	return statement.QueryContext(context.WithoutCancel(ctx), args...)
}

// QueryRowContext is that of sql.DB, with the differences that Queries names.
func (q *Queries) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	statement, err := q.prepare(ctx, query)
	if err != nil {
		return q.reader.QueryRowContext(ctx, query, args...) // fails in the same way
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
