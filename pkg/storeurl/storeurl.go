// Package storeurl reads the setting that says where a service's store is: sqlite:<file> or mongodb://host/database. It opens no
// store.
package storeurl

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"crm.example/pkg/mongo"
)

// URL is the setting and its value.
type URL struct {
	Setting string // "AUTH_STORE_URL"
	Text    string // may have a password
}

// File is the path of the SQLite file, if the URL names one.
func (u URL) File() (path string, ok bool) { return strings.CutPrefix(u.Text, "sqlite:") }

// Check refuses a URL that names no store, or one that this program cannot open.
func (u URL) Check() error {
	scheme, _, _ := strings.Cut(u.Text, ":")
	switch path, file := u.File(); {
	case file && path != "" && !withSQLite:
		return fmt.Errorf("%s begins with sqlite:, and this program was built without SQLite; it must be mongodb://host/database", u.Setting)
	case file && path != "":
		return nil
	case scheme != "mongodb":
		return fmt.Errorf("%s has the scheme %q; it must be sqlite:<file> or mongodb://host/database", u.Setting, scheme)
	}
	if err := mongo.CheckURI(u.Text); err != nil {
		return fmt.Errorf("%s: %w", u.Setting, err)
	}
	return nil
}

// CheckExists refuses a file that does not exist: opening would make it.
func (u URL) CheckExists() error {
	path, file := u.File()
	if !file {
		return nil
	}
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s: there is no file %s", u.Setting, path)
	}
	return nil
}

// Own makes this process the only server on the file, until release. It does nothing for a MongoDB, which replicas share.
func (u URL) Own() (release func() error, err error) {
	path, file := u.File()
	if !file {
		return func() error { return nil }, nil
	}
	if release, err = own(path); err != nil {
		return nil, fmt.Errorf("%s: %w", u.Setting, err)
	}
	return release, nil
}
