//go:build nosqlite

package storeurl

import "errors"

// The tag nosqlite leaves SQLite (4 MB) out of the images: containers have replicas, which cannot share a file.
const withSQLite = false

func own(string) (release func() error, err error) { return nil, errors.ErrUnsupported }
