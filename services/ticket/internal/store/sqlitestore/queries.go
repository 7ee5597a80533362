package sqlitestore

// The statements, except those of lists. A patch (RFC 7396) sets the members that this version knows and
// keeps members that a newer version has written; a tombstone keeps none of them.
const (
	insertTicket = `INSERT INTO tickets (id, document, place) VALUES (?, ?, (SELECT coalesce(max(place), 1 << 40) + 1 FROM tickets WHERE place > 1 << 40))
		ON CONFLICT (client_id, open_key) WHERE open_key IS NOT NULL DO NOTHING`
	nextNumber    = `UPDATE last_number SET number = number + 1 WHERE id = 1 RETURNING number`
	raiseNumber   = `UPDATE last_number SET number = max(number, ?) WHERE id = 1`
	selectNumber  = `SELECT EXISTS (SELECT 1 FROM tickets WHERE number = ?)`
	insertMessage = `INSERT INTO messages (ticket_id, seq, document) VALUES (?, ?, ?)`
	insertNote    = `INSERT INTO notes (ticket_id, seq, document) VALUES (?, ?, ?)`
	insertStep    = `INSERT INTO history (ticket_id, version, document) VALUES (?, ?, ?)`
	deleteNotes   = `DELETE FROM notes WHERE ticket_id = ?`
	deleteHistory = `DELETE FROM history WHERE ticket_id = ?`
	trimHistory   = `DELETE FROM history WHERE ticket_id = ?1 AND version <=
		(SELECT version FROM history WHERE ticket_id = ?1 ORDER BY version DESC LIMIT 1 OFFSET ?2)`
	selectNotes   = `SELECT document FROM notes WHERE ticket_id = ? ORDER BY seq`
	selectHistory = `SELECT document FROM history WHERE ticket_id = ? ORDER BY version`
	selectNote    = `SELECT document FROM notes WHERE ticket_id = ? AND author_id = ? AND key = ?`
	renameNotes   = `UPDATE notes SET document = json_remove(json_set(document, '$.author.name', ?), '$.sentWith')
		WHERE (ticket_id, seq) IN (SELECT ticket_id, seq FROM notes WHERE author_id = ?
			AND (document ->> '$.author.name' <> ? OR key IS NOT NULL) LIMIT ?)`
	renameAssignee = `UPDATE tickets SET document = json_set(document, '$.assigneeName', ?)
		WHERE id IN (SELECT id FROM tickets WHERE assignee_id = ? AND document ->> 'assigneeName' <> ? LIMIT ?)`
	patchTicket    = `UPDATE tickets SET document = json_patch(document, ?) WHERE id = ?`
	toTombstone    = `UPDATE tickets SET document = ? WHERE id = ?`
	deleteMessages = `DELETE FROM messages WHERE ticket_id = ?`
	deleteTombs    = `DELETE FROM tickets WHERE id IN (SELECT value FROM json_each(?)) AND deleted_at IS NOT NULL`

	// A ticket and its conversation, read at one moment: the ticket's row comes before the first message.
	selectWhole = `SELECT 0 AS list, 0 AS seq, document FROM tickets WHERE id = ?1 AND deleted_at IS NULL
		UNION ALL SELECT 1, seq, document FROM messages WHERE ticket_id = ?1 ORDER BY seq`
	selectForAgents = `SELECT 0 AS list, 0 AS seq, document FROM tickets WHERE id = ?1 AND deleted_at IS NULL
		UNION ALL SELECT 1, seq, document FROM messages WHERE ticket_id = ?1
		UNION ALL SELECT 2, seq, document FROM notes WHERE ticket_id = ?1
		UNION ALL SELECT 3, version, document FROM history WHERE ticket_id = ?1 ORDER BY seq`

	selectTicket    = `SELECT document FROM tickets WHERE id = ? AND deleted_at IS NULL`
	selectAfter     = `SELECT document FROM tickets WHERE id > ? AND deleted_at IS NULL ORDER BY id LIMIT ?`
	selectOpened    = `SELECT document FROM tickets WHERE client_id = ? AND open_key = ?`
	selectMessages  = `SELECT document FROM messages WHERE ticket_id = ? ORDER BY seq`
	eraseClient     = `INSERT INTO erased_clients (id, round, at, due_at) VALUES (?, 1, ?, ?) ON CONFLICT (id) DO UPDATE SET round = round + 1, at = excluded.at, due_at = excluded.due_at`
	finishRound     = `UPDATE erased_clients SET due_at = ? WHERE id = ? AND round = ?`
	selectErased    = `SELECT id FROM erased_clients WHERE id IN (SELECT value FROM json_each(?))`
	selectDue       = `SELECT id, round, at FROM erased_clients WHERE due_at <= ? ORDER BY due_at, id LIMIT ?`
	selectOwn       = `SELECT id FROM tickets WHERE client_id = ? AND deleted_at IS NULL LIMIT ?`
	selectTombstone = `SELECT EXISTS (SELECT 1 FROM tickets WHERE client_id = ? AND deleted_at IS NOT NULL)`
	renameAgent     = `UPDATE messages SET document = json_remove(json_set(document, '$.author.name', ?), '$.sentWith')
		WHERE (ticket_id, seq) IN (SELECT ticket_id, seq FROM messages WHERE author_id = ? AND document ->> '$.author.role' = 'agent'
			AND (document ->> '$.author.name' <> ? OR key IS NOT NULL) LIMIT ?)`

	selectReply = `SELECT document FROM messages WHERE ticket_id = ? AND author_id = ? AND key = ?`
)
