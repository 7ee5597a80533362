//go:build nosqlite

package auth

import (
	"context"
	"errors"
)

// openSQLite refuses. The tag nosqlite leaves SQLite out of the images, 4 MB: containers have replicas, which cannot share a file.
func openSQLite(context.Context, string, func(userID string)) (storage, error) {
	return nil, checkSQLite()
}

func own(string) (release func() error, err error) { return func() error { return nil }, nil }

func checkSQLite() error {
	return errors.New("AUTH_STORE_URL begins with sqlite:, and this program was built without SQLite; it must be mongodb://host/database")
}
