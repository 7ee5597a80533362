package notifier

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	netmail "net/mail"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/google/uuid"

	"crm.example/pkg/bus"
)

// partPrefix begins the name of a file that is not complete yet.
const partPrefix = ".part-"

// folder stores each mail as a file that any mail program can open, if there is no mail server.
type folder struct {
	dir  string
	from *netmail.Address
}

func newFolder(dir string, from *netmail.Address) (*folder, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make folder: %w", err)
	}
	f := &folder{dir: dir, from: from}
	return f, f.remove(func(file os.DirEntry) bool { return strings.HasPrefix(file.Name(), partPrefix) }) // of a crash
}

// send writes <event>_<client>.eml, complete or not at all. An error is always the disk's fault, never the mail's.
func (f *folder) send(_ context.Context, m mail) error {
	if err := f.write(m); err != nil {
		return bus.Later(fmt.Errorf("write mail: %w", err))
	}
	return nil
}

func (f *folder) write(m mail) error {
	part, err := os.CreateTemp(f.dir, partPrefix+"*") // with mode 0600
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(part.Name()) }() // which is gone when all went well
	_, err = m.compose(f.from).WriteTo(part)
	if err = errors.Join(err, part.Sync(), part.Close()); err != nil {
		return err
	}
	return renameDurably(part.Name(), filepath.Join(f.dir, filepath.Base(m.id)+fileOf(m.clientID)))
}

// renameDurably returns when even a power cut cannot undo the new name.
func renameDurably(from, to string) error {
	if err := os.Rename(from, to); err != nil {
		return err
	}
	dir, err := os.Open(filepath.Dir(to))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// fileOf is the end of the names of a client's mail files.
func fileOf(clientID string) string { return "_" + filepath.Base(clientID) + ".eml" }

func (f *folder) forget(clientID string) error {
	err := f.remove(func(file os.DirEntry) bool { return strings.HasSuffix(file.Name(), fileOf(clientID)) })
	if err != nil {
		return bus.Later(err)
	}
	return nil
}

func (f *folder) removeBefore(at time.Time) error {
	return f.remove(func(file os.DirEntry) bool {
		info, err := file.Info()
		return err == nil && ours(file.Name()) && info.ModTime().Before(at)
	})
}

// ours tells whether send makes such names: other programs may keep their mails in the same folder.
func ours(name string) bool {
	event, _, found := strings.Cut(name, "_")
	return found && strings.HasSuffix(name, ".eml") && uuid.Validate(event) == nil
}

func (f *folder) remove(which func(os.DirEntry) bool) error {
	files, err := os.ReadDir(f.dir)
	if err != nil {
		return fmt.Errorf("look for mails to remove: %w", err)
	}
	var failed []error
	for _, file := range files {
		if which(file) {
			if err := os.Remove(filepath.Join(f.dir, file.Name())); !errors.Is(err, fs.ErrNotExist) {
				failed = append(failed, err)
			}
		}
	}
	return errors.Join(failed...)
}
