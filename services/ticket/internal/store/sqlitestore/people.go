package sqlitestore

import (
	"context"

	"crm.example/pkg/sqlite"
	"crm.example/services/ticket/internal/store/document"
	"crm.example/services/ticket/internal/ticket"
)

const (
	savePerson = `INSERT INTO people (id, document) VALUES (?, ?) ON CONFLICT (id) DO UPDATE
		SET document = json_patch(document, excluded.document) WHERE excluded.document ->> 'sequence' > document ->> 'sequence'`
	selectPerson = `SELECT document FROM people WHERE id = ?`
	selectNobody = `SELECT NOT EXISTS (SELECT 1 FROM people)`
	deletePerson = `DELETE FROM people WHERE id = ?`
)

// SavePerson is described in ticket.People.
func (s *Store) SavePerson(ctx context.Context, p ticket.Person) error {
	encoded, err := sqlite.Encode(document.Person(p))
	if err != nil {
		return err
	}
	_, err = s.Exec(ctx, "save person", savePerson, p.ID, encoded)
	return err
}

// PersonByID is described in ticket.People.
func (s *Store) PersonByID(ctx context.Context, id string) (ticket.Person, error) {
	d, err := sqlite.One[document.Person](ctx, s.Queries(), selectPerson, id)
	return ticket.Person(d), err
}

// KnowsNobody is described in ticket.People.
func (s *Store) KnowsNobody(ctx context.Context) (nobody bool, err error) {
	err = s.Queries().QueryRowContext(ctx, selectNobody).Scan(&nobody)
	return nobody, sqlite.Translate(err)
}

// RemovePerson is described in ticket.People.
func (s *Store) RemovePerson(ctx context.Context, id string) error {
	_, err := s.Exec(ctx, "remove person", deletePerson, id)
	return err
}
