//go:build !nosqlite

package storeurl

import "crm.example/pkg/sqlite"

const withSQLite = true

func own(path string) (release func() error, err error) { return sqlite.Own(path) }
