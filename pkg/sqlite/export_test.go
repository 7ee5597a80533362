package sqlite

// Queue counts the writers that wait for their turn.
func (db *DB) Queue() int {
	db.turn.mu.Lock()
	defer db.turn.mu.Unlock()
	return len(db.turn.waiting)
}
