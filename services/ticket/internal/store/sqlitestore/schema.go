package sqlitestore

// migrations of the file, in order. A released one is never edited; changes get a new one.
//
// A row is one JSON document. SQLite makes the other columns from it, for the indexes, so that they are
// always the same as in the document. Times are text that sorts like the times.
var migrations = []string{`
CREATE TABLE tickets (
	id         TEXT PRIMARY KEY,
	document   TEXT NOT NULL,
	client_id  TEXT AS (document ->> 'clientId') STORED,
	status     TEXT AS (document ->> 'status') STORED,
	opened_at  TEXT AS (document ->> 'openedAt') STORED,
	deleted_at TEXT AS (document ->> 'deletedAt') STORED,
	open_key   TEXT AS (document ->> '$.openedWith.key') STORED
) STRICT;

-- A client's idempotency key opens one ticket.
CREATE UNIQUE INDEX tickets_open_key ON tickets (client_id, open_key) WHERE open_key IS NOT NULL;

-- The lists: all tickets or one client's, of any status, of one, or of those that are not closed.
CREATE INDEX tickets_newest        ON tickets (opened_at, id)                    WHERE deleted_at IS NULL;
CREATE INDEX tickets_status        ON tickets (status, opened_at, id)            WHERE deleted_at IS NULL;
CREATE INDEX tickets_open          ON tickets (opened_at, id)                    WHERE deleted_at IS NULL AND status <> 'closed';
CREATE INDEX tickets_client        ON tickets (client_id, opened_at, id)         WHERE deleted_at IS NULL;
CREATE INDEX tickets_client_status ON tickets (client_id, status, opened_at, id) WHERE deleted_at IS NULL;
CREATE INDEX tickets_client_open   ON tickets (client_id, opened_at, id)         WHERE deleted_at IS NULL AND status <> 'closed';

-- The conversations: appended to, never rewritten.
CREATE TABLE messages (
	ticket_id TEXT NOT NULL REFERENCES tickets (id),
	seq       INTEGER NOT NULL,
	document  TEXT NOT NULL,
	author_id TEXT AS (document ->> '$.author.id') STORED,
	key       TEXT AS (document ->> '$.sentWith.key') STORED,
	PRIMARY KEY (ticket_id, seq)
) STRICT, WITHOUT ROWID;

-- An author's idempotency key sends one message to a ticket.
CREATE UNIQUE INDEX messages_key ON messages (ticket_id, author_id, key) WHERE key IS NOT NULL;
`, `
-- Deleted accounts, for good, agents' too. Times are milliseconds since 1970; due_at is NULL where nothing is to be done.
CREATE TABLE erased_clients (
	id     TEXT PRIMARY KEY,
	round  INTEGER NOT NULL,
	at     INTEGER NOT NULL,
	due_at INTEGER
) STRICT;
CREATE INDEX erased_clients_due ON erased_clients (due_at, id) WHERE due_at IS NOT NULL;

-- What they leave: tombstones whose events wait, and replies to others.
CREATE INDEX tickets_buried ON tickets (client_id) WHERE deleted_at IS NOT NULL;
CREATE INDEX messages_agent ON messages (author_id) WHERE document ->> '$.author.role' = 'agent';
`, `
-- Who has an account, as the events of the auth service say.
CREATE TABLE people (
	id       TEXT PRIMARY KEY,
	document TEXT NOT NULL
) STRICT;
-- What agents use again and again.
CREATE TABLE saved_replies (
	id       TEXT PRIMARY KEY,
	document TEXT NOT NULL
) STRICT;

-- Search: the terms of each ticket, and no text. The row's number is the ticket's place, which grows with each new ticket;
-- tickets of earlier versions get theirs in the background, in their order and before the others. What marks a term as none of a
-- text is one of #~@+. Beginnings of up to eight letters have an index of their own: without one, all places of all words that begin so
-- are read before the first is known.
ALTER TABLE tickets ADD COLUMN place INTEGER;
CREATE UNIQUE INDEX tickets_place ON tickets (place);
CREATE INDEX tickets_unplaced ON tickets (id) WHERE place IS NULL AND deleted_at IS NULL;
CREATE VIRTUAL TABLE search USING fts5 (
	terms, content = '', contentless_delete = 1, detail = none, prefix = '1 2 3 4 5 6 7 8', tokenize = "ascii tokenchars '#~@+-'"
);
-- What people call a ticket by. Those of earlier versions get theirs in the background.
ALTER TABLE tickets ADD COLUMN number INTEGER AS (document ->> 'number') VIRTUAL;
CREATE UNIQUE INDEX tickets_number ON tickets (number) WHERE number IS NOT NULL;
CREATE TABLE last_number (id INTEGER PRIMARY KEY CHECK (id = 1), number INTEGER NOT NULL) STRICT;
INSERT INTO last_number (id, number) VALUES (1, 0);

-- What agents keep beside a ticket: whose it is, their notes and what was done.
ALTER TABLE tickets ADD COLUMN assignee_id TEXT AS (document ->> 'assigneeId') VIRTUAL;
CREATE INDEX tickets_assignee ON tickets (assignee_id, id) WHERE assignee_id IS NOT NULL;
CREATE TABLE notes (
	ticket_id TEXT NOT NULL REFERENCES tickets (id),
	seq       INTEGER NOT NULL,
	document  TEXT NOT NULL,
	author_id TEXT AS (document ->> '$.author.id') STORED,
	key       TEXT AS (document ->> '$.sentWith.key') STORED,
	PRIMARY KEY (ticket_id, seq)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX notes_key ON notes (ticket_id, author_id, key) WHERE key IS NOT NULL;
CREATE INDEX notes_author ON notes (author_id);
CREATE TABLE history (
	ticket_id TEXT NOT NULL REFERENCES tickets (id),
	version   INTEGER NOT NULL,
	document  TEXT NOT NULL,
	PRIMARY KEY (ticket_id, version)
) STRICT, WITHOUT ROWID;
-- The views of agents, each in its order; what tells whether a ticket is put off comes last, so that those are passed over unread.
ALTER TABLE tickets ADD COLUMN turn TEXT AS (document ->> 'turn') VIRTUAL;
ALTER TABLE tickets ADD COLUMN snoozed_until TEXT AS (document ->> 'snoozedUntil') VIRTUAL;
ALTER TABLE tickets ADD COLUMN closed_at TEXT AS (document ->> 'closedAt') VIRTUAL;
ALTER TABLE tickets ADD COLUMN priority TEXT AS (document ->> 'priority') VIRTUAL;
CREATE INDEX tickets_mine     ON tickets (assignee_id, turn, id, snoozed_until) WHERE deleted_at IS NULL AND status <> 'closed';
CREATE INDEX tickets_waiting  ON tickets (turn, id, snoozed_until)              WHERE deleted_at IS NULL AND status = 'pending-agent';
CREATE INDEX tickets_snoozed  ON tickets (snoozed_until, id)                    WHERE deleted_at IS NULL AND snoozed_until IS NOT NULL;
CREATE INDEX tickets_closed   ON tickets (closed_at, id, opened_at, assignee_id) WHERE deleted_at IS NULL AND status = 'closed';

-- What agents filter by.
CREATE INDEX tickets_assigned ON tickets (assignee_id, opened_at, id)           WHERE deleted_at IS NULL AND assignee_id IS NOT NULL;
CREATE INDEX tickets_priority ON tickets (priority, opened_at, id)              WHERE deleted_at IS NULL;

-- What reports are made of, with all that they read of it.
ALTER TABLE tickets ADD COLUMN first_replied_at TEXT AS (document ->> 'firstRepliedAt') VIRTUAL;
ALTER TABLE tickets ADD COLUMN rated_at TEXT AS (document ->> 'ratedAt') VIRTUAL;
ALTER TABLE tickets ADD COLUMN rating_score INTEGER AS (document ->> 'ratingScore') VIRTUAL;
ALTER TABLE messages ADD COLUMN sent_at TEXT AS (document ->> 'sentAt') VIRTUAL;
ALTER TABLE messages ADD COLUMN role TEXT AS (document ->> '$.author.role') VIRTUAL;
CREATE INDEX tickets_answered ON tickets (first_replied_at, opened_at)          WHERE deleted_at IS NULL AND first_replied_at IS NOT NULL;
CREATE INDEX tickets_rated    ON tickets (rated_at, rating_score, assignee_id)  WHERE deleted_at IS NULL AND rated_at IS NOT NULL;
CREATE INDEX messages_answers ON messages (sent_at, author_id)                  WHERE role <> 'client' AND seq > 1;
`}
