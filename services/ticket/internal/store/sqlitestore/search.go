package sqlitestore

import (
	"context"
	"database/sql"
	"encoding/hex"
	"slices"
	"strings"

	"crm.example/pkg/sqlite"
	"crm.example/services/ticket/internal/store/document"
	"crm.example/services/ticket/internal/ticket"
)

// The table search is an index of terms and keeps no text. Its rows are numbered in the order in which tickets were opened, and
// are read backwards: newest first, without a sort. A ticket without a place, which an earlier version has written, is not in it
// yet; it gets one before all that this version writes.
const (
	placeBefore    = `UPDATE tickets SET place = (SELECT coalesce(max(place), 0) + 1 FROM tickets WHERE place < 1 << 40) WHERE id = ? AND place IS NULL`
	selectUnplaced = `SELECT document FROM tickets INDEXED BY tickets_unplaced WHERE place IS NULL AND deleted_at IS NULL ORDER BY id LIMIT ?`
	countUnplaced  = `SELECT count(*) FROM tickets INDEXED BY tickets_unplaced WHERE place IS NULL AND deleted_at IS NULL`

	deleteTerms = `DELETE FROM search WHERE rowid = (SELECT place FROM tickets WHERE id = ?)`
	insertTerms = `INSERT INTO search (rowid, terms) SELECT place, ? FROM tickets WHERE id = ? AND place IS NOT NULL`

	// tidySearch takes what was deleted out of the index for good.
	tidySearch = `INSERT INTO search (search) VALUES ('optimize')`
)

// addTerms has search find a ticket, which is whole.
func addTerms(ctx context.Context, tx *sql.Tx, t ticket.Ticket) error {
	terms := append(t.SearchTerms(), clientTerm(t.ClientID))
	for _, tag := range t.Tags {
		terms = append(terms, tagTerm(tag))
	}
	_, err := sqlite.Exec(ctx, tx, "insert terms", insertTerms, strings.Join(terms, " "), t.ID)
	return err
}

func removeTerms(ctx context.Context, tx *sql.Tx, id string) error {
	_, err := sqlite.Exec(ctx, tx, "remove terms", deleteTerms, id)
	return err
}

func replaceTerms(ctx context.Context, tx *sql.Tx, t ticket.Ticket) error {
	if err := removeTerms(ctx, tx, t.ID); err != nil {
		return err
	}
	return addTerms(ctx, tx, t)
}

// refind does that after a change, if search would find something else.
func refind(ctx context.Context, tx *sql.Tx, was document.Ticket, t ticket.Ticket) error {
	same := t.SameTerms(was.Ticket()) && slices.Equal(t.Tags, was.Tags)
	if !t.DeletedAt.IsZero() || same && len(t.Added())+len(t.AddedNotes()) == 0 {
		return nil
	}
	t, err := whole(ctx, tx, ticket.Scope{}, t)
	if err != nil {
		return err
	}
	return replaceTerms(ctx, tx, t)
}

// clientTerm is what all tickets of a client have, and no text: a client's search costs what its own tickets cost.
func clientTerm(id string) string { return "@" + id }

// tagTerm is what all tickets with a tag have. A tag may have any character, a term may not.
func tagTerm(tag string) string { return "+" + hex.EncodeToString([]byte(tag)) }

// expression is the search in the language of FTS5. A term is one token of its tokenizer: it has neither quotes nor spaces.
func expression(q ticket.Query) string {
	var all []string
	if of := q.Of(); of != "" {
		all = append(all, quoted(clientTerm(of)))
	}
	if q.Tag != "" {
		all = append(all, quoted(tagTerm(q.Tag)))
	}
	for _, word := range q.Search.Words(q.Scope) {
		var any []string
		for _, term := range word.Terms {
			any = append(any, quoted(term))
		}
		for _, beginning := range word.Beginnings {
			any = append(any, quoted(beginning)+" *")
		}
		all = append(all, "("+strings.Join(any, " OR ")+")")
	}
	return strings.Join(all, " AND ")
}

func quoted(term string) string { return `"` + term + `"` }

// search is the first condition of a list whose rows come from the index of terms, in its order.
func (c *conditions) search(q ticket.Query) {
	c.add("search MATCH ?", expression(q))
	if q.After != nil {
		c.add("search.rowid < coalesce((SELECT place FROM tickets WHERE id = ?), (SELECT max(place) + 1 FROM tickets WHERE id < ?))", q.After.ID, q.After.ID)
	}
}
