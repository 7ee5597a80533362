package sqlitestore

import (
	"context"
	"database/sql"

	"crm.example/pkg/sqlite"
)

// kind says how one type is stored.
type kind[D, T any] struct {
	find    string // the document by id
	insert  string // the row
	patch   string // the row by id, the document by a JSON merge patch
	replace string // the row by id, for erased ones
	encode  func(T) D
	decode  func(D) (T, error)
	columns func(T) []any // of the row, without the document
	version func(*T) *int
	erased  func(T) bool // whether members of a newer version of the service must go too; nil: they always survive
}

// add stores a new one.
func (k kind[D, T]) add(ctx context.Context, tx *sql.Tx, id string, value T) error {
	encoded, err := sqlite.Encode(k.encode(value))
	if err != nil {
		return err
	}
	_, err = sqlite.Exec(ctx, tx, "insert document", k.insert, k.row(id, value, encoded)...)
	return err
}

// alter loads a document, calls change, and saves the members that differ, in the caller's transaction: no
// other writer runs at the same time. then runs before the document is saved.
func (k kind[D, T]) alter(ctx context.Context, tx *sql.Tx, id string, change func(*T) error, then func(*T) error) (none T, err error) {
	was, err := sqlite.One[D](ctx, tx, k.find, id)
	if err != nil {
		return none, err
	}
	value, err := k.decode(was)
	if err != nil {
		return none, err
	}
	version := *k.version(&value)
	if err := change(&value); err != nil {
		return none, err
	}
	*k.version(&value) = version // only the store sets it
	patch, err := sqlite.Patch(was, k.encode(value))
	if err != nil || patch == "" {
		return value, err
	}
	*k.version(&value)++
	if err := then(&value); err != nil {
		return none, err
	}
	return value, k.save(ctx, tx, id, was, value)
}

func (k kind[D, T]) save(ctx context.Context, tx *sql.Tx, id string, was D, value T) (err error) {
	statement, encoded := k.patch, ""
	if k.erased != nil && k.erased(value) {
		statement = k.replace
		encoded, err = sqlite.Encode(k.encode(value))
	} else {
		encoded, err = sqlite.Patch(was, k.encode(value))
	}
	if err != nil {
		return err
	}
	_, err = sqlite.Exec(ctx, tx, "save document", statement, k.row(id, value, encoded)...)
	return err
}

func (k kind[D, T]) row(id string, value T, encoded string) []any {
	return append(append([]any{id}, k.columns(value)...), encoded)
}
