//go:build nosqlite

package auth

import (
	"context"
	"errors"
)

// openSQLite is never called: pkg/storeurl refuses the URL.
func openSQLite(context.Context, string, func(userID string)) (storage, error) {
	return nil, errors.ErrUnsupported
}
