package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"crm.example/pkg/problem"
)

// largest is how many changes may share a commit, so that the first one does not wait long.
const largest = 32

// Write runs change in a transaction and returns nil once it is on disk. If change returns an error, nothing of it
// happened, and Write returns that error. If the file is busy, full or closed, or ctx ends before
// the change's turn comes, it is a problem `unavailable`. change must use tx only: another Write would wait for this one. The
// context of change does not end: if a statement is interrupted, SQLite rolls everything back, also the changes of others.
//
// Changes that wait at the same time share one commit. Each has a savepoint of its own, so that it can fail
// alone. Write returns only after the commit, also with an error, since a change may depend on the one before it.
func (db *DB) Write(ctx context.Context, change func(ctx context.Context, tx *sql.Tx) error) error {
	if err := db.turn.take(ctx); err != nil {
		return Translate(fmt.Errorf("wait to write: %w", err))
	}
	g, err := db.join(ctx)
	if err != nil {
		db.turn.end()
		return Translate(fmt.Errorf("begin: %w", err))
	}
	err = db.add(ctx, g, change)
	<-g.done
	if g.err != nil {
		err = g.err
	}
	err = Translate(err)
	db.noteOutcome(err)
	return err
}

// group is a transaction and the changes that share it. It belongs to whoever has the turn.
type group struct {
	tx   *sql.Tx
	size int
	done chan struct{} // closed when err is known, for all of them
	err  error
}

// join returns the group under way, or a new one.
func (db *DB) join(ctx context.Context) (*group, error) {
	if db.group != nil {
		return db.group, nil
	}
	tx, err := db.begin(ctx)
	if err != nil {
		return nil, err
	}
	db.group = &group{tx: tx, done: make(chan struct{})}
	return db.group, nil
}

// begin begins the transaction. ctx can end the wait for another process, but not the transaction, since others share it.
func (db *DB) begin(ctx context.Context) (*sql.Tx, error) {
	waiting, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, cancel)
	tx, err := db.writer.BeginTx(waiting, nil)
	if err != nil {
		cancel()
		return nil, errors.Join(err, ctx.Err())
	}
	if !stop() { // ctx ended at the last moment
		_ = tx.Rollback()
		return nil, ctx.Err()
	}
	return tx, nil
}

var errPanic = errors.New("the change panicked")

// add runs the change in the group. Then it gives the group to the next writer or, if nobody waits, commits it. It does so too when
// change panics.
func (db *DB) add(ctx context.Context, g *group, change func(ctx context.Context, tx *sql.Tx) error) (err error) {
	err = errPanic
	defer func() {
		if broken := g.leave(err); broken != nil {
			_ = g.tx.Rollback()
			db.finish(g, problem.NewUnavailable(broken))
		} else if g.size == largest || !db.turn.pass() {
			db.finish(g, Translate(g.tx.Commit()))
		}
	}()
	err = g.run(ctx, change)
	return err
}

func (g *group) run(ctx context.Context, change func(ctx context.Context, tx *sql.Tx) error) error {
	g.size++
	if _, err := g.tx.Exec("SAVEPOINT own"); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil { // ctx ended just when the turn came
		return err
	}
	return change(context.WithoutCancel(ctx), g.tx)
}

// leave keeps the change, or undoes only this one. It fails if SQLite has rolled everything back, as on a full disk.
func (g *group) leave(err error) error {
	end := "RELEASE own"
	if err != nil {
		end = "ROLLBACK TO own; RELEASE own"
	}
	if _, broken := g.tx.Exec(end); broken != nil {
		return errors.Join(err, fmt.Errorf("end savepoint: %w", broken)) // the first one is the cause
	}
	return nil
}

// finish tells everybody in the group the outcome, and lets the next group begin.
func (db *DB) finish(g *group, err error) {
	db.tell(g, err)
	db.turn.end()
}

func (db *DB) tell(g *group, err error) {
	g.err = err
	close(g.done)
	db.group = nil
}

// alone waits for the lock like a writer, and commits the group that came with it. The caller then uses the connection alone until
// it releases the lock.
func (db *DB) alone(ctx context.Context) error {
	if err := db.turn.take(ctx); err != nil {
		return err
	}
	if g := db.group; g != nil {
		db.tell(g, Translate(g.tx.Commit()))
	}
	return nil
}
