//go:build nosqlite

package ticket

import (
	"context"
	"errors"
)

// openSQLite refuses: the tag nosqlite leaves 4 MB of SQLite out of a program that several replicas could not share it in.
func openSQLite(context.Context, string) (storage, error) {
	return nil, errors.New("TICKET_STORE_URL begins with sqlite:, and this program was built without SQLite; it must be mongodb://host/database")
}
