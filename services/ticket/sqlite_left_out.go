//go:build nosqlite

package ticket

import (
	"context"
	"errors"
)

// openSQLite is never called: pkg/storeurl refuses the URL.
func openSQLite(context.Context, string) (storage, error) {
	return nil, errors.ErrUnsupported
}
