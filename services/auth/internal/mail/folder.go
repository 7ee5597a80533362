package mail

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	netmail "net/mail"
	"os"
	"path/filepath"
	"strings"
	"time"

	"crm.example/services/auth/internal/account"
)

// Folder keeps each mail as a file that any mail program opens, where there is no mail server.
type Folder struct {
	dir  string
	from *netmail.Address
	log  *slog.Logger
}

// partPrefix begins the name of a file that is not whole yet.
const partPrefix = ".part-"

// NewFolder makes the folder, for the eyes of this user only.
func NewFolder(dir string, from *netmail.Address, log *slog.Logger) (*Folder, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make mail folder: %w", err)
	}
	return &Folder{dir: dir, from: from, log: log}, nil
}

// Send writes <id>_<user's id>.eml; ids are UUIDv7, so the newest is the last by name. The file is there whole or not at all.
func (f *Folder) Send(ctx context.Context, m account.Mail) error {
	path := filepath.Join(f.dir, filepath.Base(m.ID)+fileOf(m.UserID))
	part, err := os.CreateTemp(f.dir, partPrefix+"*") // with mode 0600
	if err != nil {
		return fmt.Errorf("write mail: %w", err)
	}
	defer os.Remove(part.Name()) // which is gone when all went well
	if _, err = compose(f.from, m).WriteTo(part); err == nil {
		err = part.Sync() // the request that the mail answers is removed next
	}
	if closeErr := part.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		err = os.Rename(part.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("write mail: %w", err)
	}
	f.log.InfoContext(ctx, "mail written, since there is no mail server", "file", path)
	return nil
}

// fileOf ends the names of the files of a user's mails.
func fileOf(userID string) string { return "_" + filepath.Base(userID) + ".eml" }

// Forget removes the files of a user's mails.
func (f *Folder) Forget(_ context.Context, userID string) error {
	return f.remove(func(file os.DirEntry) bool { return strings.HasSuffix(file.Name(), fileOf(userID)) })
}

// RemoveBefore removes files that were written before that time, and what a crash left of some that never were whole.
func (f *Folder) RemoveBefore(_ context.Context, at time.Time) error {
	return f.remove(func(file os.DirEntry) bool {
		ours := strings.HasSuffix(file.Name(), ".eml") || strings.HasPrefix(file.Name(), partPrefix)
		info, err := file.Info()
		return ours && err == nil && info.ModTime().Before(at)
	})
}

func (f *Folder) remove(which func(os.DirEntry) bool) error {
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
