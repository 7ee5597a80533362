package sqlite

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"crm.example/pkg/events"
	"crm.example/pkg/problem"
)

// format is the form of documents: times are text in UTC with milliseconds, so that sorting the text sorts the times.
var format = json.JoinOptions(
	json.WithMarshalers(json.MarshalToFunc(func(to *jsontext.Encoder, at time.Time) error {
		return to.WriteToken(jsontext.String(events.Time(at)))
	})),
	json.WithUnmarshalers(json.UnmarshalFromFunc(func(from *jsontext.Decoder, at *time.Time) error {
		raw, err := from.ReadValue()
		if err != nil || raw.Kind() == 'n' {
			return err
		}
		*at, err = time.Parse(time.RFC3339, strings.Trim(string(raw), `"`)) // Go parses this layout fast
		return err
	})),
)

// Encode makes a document's JSON. It is text, since SQLite takes bytes for its own binary JSON.
func Encode(document any) (string, error) {
	raw, err := json.Marshal(document, format)
	if err != nil {
		return "", fmt.Errorf("encode document: %w", err)
	}
	return string(raw), nil
}

// Decode reads a document of Encode into a struct, and ignores members that the struct does not have.
func Decode(raw []byte, document any) error {
	if err := json.Unmarshal(raw, document, format); err != nil {
		return fmt.Errorf("decode document: %w", err)
	}
	return nil
}

// Patch is the JSON merge patch (RFC 7396) that turns one form of a document into another, for SQLite's json_patch; empty if they
// are the same. It has only the members that differ. So members of a newer version, which neither form has, survive.
func Patch(before, after any) (string, error) {
	was, err := json.Marshal(before, format)
	if err != nil {
		return "", fmt.Errorf("encode document: %w", err)
	}
	is, err := json.Marshal(after, format)
	if err != nil {
		return "", fmt.Errorf("encode document: %w", err)
	}
	if bytes.Equal(was, is) {
		return "", nil
	}
	patch, err := difference(was, is)
	return string(patch), err
}

// difference is the patch between two values that differ.
func difference(before, after jsontext.Value) (jsontext.Value, error) {
	if before.Kind() != '{' || after.Kind() != '{' {
		return after, nil
	}
	was, err := members(before)
	if err != nil {
		return nil, err
	}
	is, err := members(after)
	if err != nil {
		return nil, err
	}
	patch := jsontext.Value{'{'}
	for _, m := range is {
		i := slices.IndexFunc(was, m.named)
		if i < 0 {
			patch = m.appendTo(patch)
			continue
		}
		if !bytes.Equal(was[i].value, m.value) {
			if m.value, err = difference(was[i].value, m.value); err != nil {
				return nil, err
			}
			patch = m.appendTo(patch)
		}
		was = slices.Delete(was, i, i+1)
	}
	for _, gone := range was {
		patch = member{gone.name, jsontext.Value("null")}.appendTo(patch)
	}
	return append(bytes.TrimSuffix(patch, []byte{','}), '}'), nil
}

// member is a member of an object, with its name as written there.
type member struct{ name, value jsontext.Value }

func (m member) named(other member) bool { return bytes.Equal(m.name, other.name) }

func (m member) appendTo(object jsontext.Value) jsontext.Value {
	return append(append(append(append(object, m.name...), ':'), m.value...), ',')
}

func members(object jsontext.Value) ([]member, error) {
	from := jsontext.NewDecoder(bytes.NewBuffer(object), jsontext.AllowDuplicateNames(true)) // there are none: no need to check
	if _, err := from.ReadToken(); err != nil {
		return nil, err
	}
	all := make([]member, 0, 32)
	for from.PeekKind() != '}' {
		name, err := read(from, object)
		if err != nil {
			return nil, err
		}
		value, err := read(from, object)
		if err != nil {
			return nil, err
		}
		all = append(all, member{name, value})
	}
	return all, nil
}

// read returns the next value as a part of the complete text: the decoder's own value is only valid until its next step.
func read(from *jsontext.Decoder, whole jsontext.Value) (jsontext.Value, error) {
	value, err := from.ReadValue()
	end := int(from.InputOffset())
	return whole[end-len(value) : end : end], err
}

// Querier is a transaction or a pool of readers.
type Querier interface {
	QueryContext(ctx context.Context, statement string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, statement string, args ...any) *sql.Row
}

// One reads the document that is the only column of a query's first row; no row is a problem `not-found`.
func One[D any](ctx context.Context, from Querier, statement string, args ...any) (document D, err error) {
	var raw []byte
	err = from.QueryRowContext(ctx, statement, args...).Scan(&raw)
	if errors.Is(err, sql.ErrNoRows) {
		return document, problem.New(problem.NotFound, "")
	}
	if err != nil {
		return document, Translate(err)
	}
	err = Decode(raw, &document)
	return document, err
}

// All reads the documents that are the only column of a query's rows, and converts each.
func All[D, T any](ctx context.Context, from Querier, convert func(D) T, statement string, args ...any) ([]T, error) {
	return Rows(ctx, from, func(rows *sql.Rows, to *T) error {
		var raw sql.RawBytes
		var document D
		if err := rows.Scan(&raw); err != nil {
			return err
		}
		if err := Decode(raw, &document); err != nil {
			return err
		}
		*to = convert(document)
		return nil
	}, statement, args...)
}

// Rows reads a query's rows, each by scan.
func Rows[T any](ctx context.Context, from Querier, scan func(*sql.Rows, *T) error, statement string, args ...any) ([]T, error) {
	rows, err := from.QueryContext(ctx, statement, args...)
	if err != nil {
		return nil, Translate(err)
	}
	all, err := scanned(rows, scan)
	return all, Translate(err)
}

// Text scans a row of one text.
func Text(rows *sql.Rows, text *string) error { return rows.Scan(text) }

// Exec writes with one statement, and tells how many rows it changed.
func (db *DB) Exec(ctx context.Context, what, statement string, args ...any) (changed int, err error) {
	err = db.Write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		changed, err = Exec(ctx, tx, what, statement, args...)
		return err
	})
	return changed, err
}

// Exec runs a statement within a transaction, and tells how many rows it changed. Its error says what it was for.
func Exec(ctx context.Context, tx *sql.Tx, what, statement string, args ...any) (changed int, err error) {
	result, err := tx.ExecContext(ctx, statement, args...)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", what, err)
	}
	n, err := result.RowsAffected()
	return int(n), err
}
