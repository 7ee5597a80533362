package notifier

import (
	"context"
	"errors"
	"fmt"
	netmail "net/mail"
	"os"
	"path/filepath"
	"strings"

	"crm.example/pkg/bus"
)

// folder keeps each mail as a file that any mail program opens, where there is no mail server.
type folder struct {
	dir  string
	from *netmail.Address
}

func newFolder(dir string, from *netmail.Address) (*folder, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make folder: %w", err)
	}
	return &folder{dir: dir, from: from}, nil
}

// send writes <event>_<client>.eml, whole or not at all.
func (f *folder) send(_ context.Context, m mail) error {
	part, err := os.CreateTemp(f.dir, ".part-*") // with mode 0600
	if err != nil {
		return bus.Later(fmt.Errorf("write mail: %w", err))
	}
	defer func() { _ = os.Remove(part.Name()) }() // which is gone when all went well
	_, err = m.compose(f.from).WriteTo(part)
	if err = errors.Join(err, part.Sync(), part.Close()); err == nil {
		err = os.Rename(part.Name(), filepath.Join(f.dir, filepath.Base(m.id)+fileOf(m.clientID)))
	}
	if err != nil {
		return fmt.Errorf("write mail: %w", err)
	}
	return nil
}

// fileOf ends the names of the files of a client's mails.
func fileOf(clientID string) string { return "_" + filepath.Base(clientID) + ".eml" }

func (f *folder) forget(clientID string) error {
	files, err := os.ReadDir(f.dir)
	for _, file := range files {
		if strings.HasSuffix(file.Name(), fileOf(clientID)) {
			err = errors.Join(err, os.Remove(filepath.Join(f.dir, file.Name())))
		}
	}
	return err
}
