//go:build nosqlite

package storeurl

import "errors"

// The tag nosqlite leaves SQLite out of the images, 4 MB: containers have replicas, which cannot share a file.
const withSQLite = false

func own(string) (release func() error, err error) { return nil, errors.ErrUnsupported }
