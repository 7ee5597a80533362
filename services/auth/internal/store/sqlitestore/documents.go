package sqlitestore

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"
)

// kind says how one type is kept.
type kind[T any] struct {
	find    string // the document by id
	save    string // the row by id
	encode  func(T) any
	decode  func([]byte) (T, error)
	columns func(T) []any // of the row, but the document
	next    func(*T)      // counts a write
	buried  func(T) bool  // nothing of a newer version of the service is to survive; nil: it always does
}

// alter loads a document, has change alter it, and saves it if it is another one then, in the transaction of the
// caller, which no other writer runs beside. then runs before the document is saved.
func (k kind[T]) alter(ctx context.Context, tx *sql.Tx, id string, change func(*T) error, then func(*T) error) (T, error) {
	var none T
	stored, err := findDoc(ctx, tx, k.find, id)
	if err != nil {
		return none, err
	}
	value, err := k.decode(stored)
	if err != nil {
		return none, err
	}
	before, err := json.Marshal(k.encode(value))
	if err != nil {
		return none, err
	}
	if err := change(&value); err != nil {
		return none, err
	}
	after, err := json.Marshal(k.encode(value))
	if err != nil || bytes.Equal(before, after) {
		return value, err
	}
	k.next(&value)
	if err := then(&value); err != nil {
		return none, err
	}
	return value, k.write(ctx, tx, id, stored, value)
}

func (k kind[T]) write(ctx context.Context, tx *sql.Tx, id string, stored []byte, value T) error {
	doc, err := json.Marshal(k.encode(value))
	if err == nil && (k.buried == nil || !k.buried(value)) {
		doc, err = overlay(stored, doc)
	}
	if err != nil {
		return fmt.Errorf("encode document: %w", err)
	}
	args := append([]any{id}, k.columns(value)...)
	return exec(ctx, tx, "save document", k.save, append(args, string(doc))...)
}

// overlay puts the members of fresh over those of stored. Members that only stored has, which a newer
// version of the service wrote, survive; so do those inside of members.
func overlay(stored, fresh []byte) ([]byte, error) {
	var under, over map[string]json.RawMessage
	if json.Unmarshal(fresh, &over) != nil || over == nil || json.Unmarshal(stored, &under) != nil || under == nil {
		return fresh, nil // not two objects
	}
	for name, value := range over {
		merged, err := overlay(under[name], value)
		if err != nil {
			return nil, err
		}
		under[name] = merged
	}
	return json.Marshal(under)
}

// optional keeps a zero time as null.
func optional(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func whenGiven(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return t.UTC()
}
