package sqlitestore

// migrations run once each, in order; PRAGMA user_version counts them. A released one is never edited.
var migrations = []string{`
CREATE TABLE users (
	id                 TEXT PRIMARY KEY,
	email              TEXT, -- NULL in a tombstone
	revocation_pending INTEGER NOT NULL,
	doc                TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX users_by_email ON users (email) WHERE email IS NOT NULL;
CREATE INDEX users_to_revoke ON users (id) WHERE revocation_pending = 1;

CREATE TABLE sessions (
	id                 TEXT PRIMARY KEY,
	expires_at         INTEGER NOT NULL, -- like every time in a column: milliseconds since 1970
	revocation_pending INTEGER NOT NULL,
	doc                TEXT NOT NULL
) STRICT;
CREATE INDEX sessions_by_expiry ON sessions (expires_at);
CREATE INDEX sessions_to_revoke ON sessions (id) WHERE revocation_pending = 1;

CREATE TABLE reset_requests (
	id         TEXT PRIMARY KEY,
	due_at     INTEGER NOT NULL,
	expires_at INTEGER NOT NULL,
	doc        TEXT NOT NULL
) STRICT;
CREATE INDEX reset_requests_by_due ON reset_requests (due_at, id);
CREATE INDEX reset_requests_by_expiry ON reset_requests (expires_at);

CREATE TABLE keys (
	id         TEXT PRIMARY KEY,
	created_at INTEGER NOT NULL,
	data       BLOB NOT NULL
) STRICT;
CREATE INDEX keys_by_age ON keys (created_at, id);
`, `
-- What a deleted user leaves. Only a tombstone has no email.
CREATE INDEX users_by_erasure ON users (id) WHERE email IS NULL;
ALTER TABLE sessions ADD COLUMN user_id TEXT AS (doc ->> 'userId') VIRTUAL;
CREATE INDEX sessions_by_user ON sessions (user_id);
`, `
ALTER TABLE users ADD COLUMN role TEXT AS (doc ->> 'role') VIRTUAL;
CREATE INDEX users_by_role ON users (role);
`}

// All statements are here, so that a test can read the query plan of each.
const (
	insertUser     = `INSERT INTO users (id, email, revocation_pending, doc) VALUES (?, ?, ?, ?)`
	userByID       = `SELECT doc FROM users WHERE id = ?`
	userByEmail    = `SELECT doc FROM users WHERE email = ?`
	updateUser     = `UPDATE users SET email = ?2, revocation_pending = ?3, doc = json_patch(doc, ?4) WHERE id = ?1`
	eraseUser      = `UPDATE users SET email = ?2, revocation_pending = ?3, doc = ?4 WHERE id = ?1`
	usersToRevoke  = `SELECT doc FROM users WHERE revocation_pending = 1 ORDER BY id LIMIT ?`
	usersAfter     = `SELECT doc FROM users WHERE id > ? AND email IS NOT NULL ORDER BY id LIMIT ?`
	selectAgents   = `SELECT doc FROM users WHERE role IN ('agent', 'admin')`
	usersErased    = `SELECT id, doc ->> '$.eraseDueAt' IS NOT NULL FROM users WHERE email IS NULL AND revocation_pending = 0 AND coalesce(doc ->> '$.eraseDueAt', 0) <= ?1 AND NOT EXISTS (SELECT 1 FROM outbox WHERE document = users.id) ORDER BY id LIMIT ?2`
	markTombstone  = `UPDATE users SET revocation_pending = 0, doc = json_set(doc, '$.revocationPending', json('false')) WHERE id = ? AND email IS NULL`
	laterTombstone = `UPDATE users SET doc = json_set(doc, '$.eraseDueAt', ?2) WHERE id = ?1 AND email IS NULL` // in milliseconds, as in columns
	dropTombstone  = `DELETE FROM users WHERE id = ?1 AND email IS NULL AND revocation_pending = 0 AND NOT EXISTS (SELECT 1 FROM outbox WHERE document = ?1)`
	insertSession  = `INSERT INTO sessions (id, expires_at, revocation_pending, doc) VALUES (?, ?, ?, ?)`
	sessionByID    = `SELECT doc FROM sessions WHERE id = ?`
	updateSession  = `UPDATE sessions SET expires_at = ?2, revocation_pending = ?3, doc = json_patch(doc, ?4) WHERE id = ?1`
	sessionsRevoke = `SELECT doc FROM sessions WHERE revocation_pending = 1 ORDER BY id LIMIT ?`
	removeSessions = `DELETE FROM sessions WHERE user_id = ?`
	expireSessions = `DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE expires_at <= ? LIMIT 1000)`
	insertRequest  = `INSERT INTO reset_requests (id, due_at, expires_at, doc) VALUES (?, ?, ?, ?)`
	requestByID    = `SELECT doc FROM reset_requests WHERE id = ?`
	requestDue     = `SELECT doc FROM reset_requests WHERE due_at <= ?1 AND expires_at > ?1 ORDER BY due_at, id LIMIT 1`
	updateRequest  = `UPDATE reset_requests SET due_at = ?2, expires_at = ?3, doc = json_patch(doc, ?4) WHERE id = ?1`
	removeRequest  = `DELETE FROM reset_requests WHERE id = ?`
	expireRequests = `DELETE FROM reset_requests WHERE id IN (SELECT id FROM reset_requests WHERE expires_at <= ? LIMIT 1000)`
	selectKeys     = `SELECT id, created_at, data FROM keys ORDER BY created_at, id`
	insertKey      = `INSERT INTO keys (id, created_at, data) VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING`
	removeKey      = `DELETE FROM keys WHERE id = ?`
)
