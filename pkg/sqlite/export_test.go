package sqlite

import "time"

// Queue counts the writers that wait for their turn.
func (db *DB) Queue() int {
	db.turn.mu.Lock()
	defer db.turn.mu.Unlock()
	return len(db.turn.waiting)
}

func (db *DB) VacuumUpTo(size int64)  { db.vacuumUpTo = size }
func (db *DB) RestUntil(at time.Time) { db.restsUntil.Store(at.UnixNano()) }
func (db *DB) Rests() bool            { return time.Now().UnixNano() < db.restsUntil.Load() }
