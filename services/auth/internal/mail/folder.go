package mail

import (
	"context"
	"fmt"
	"log/slog"
	netmail "net/mail"
	"os"
	"path/filepath"

	"crm.example/services/auth/internal/account"
)

// Folder stores each mail as a file that any mail program can open, if there is no mail server.
type Folder struct {
	files
	from *netmail.Address
	log  *slog.Logger
}

// NewFolder makes the folder, which only this user may read.
func NewFolder(dir string, from *netmail.Address, log *slog.Logger) (*Folder, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make mail folder: %w", err)
	}
	return &Folder{files: files{dir}, from: from, log: log}, nil
}

// Send writes <id>_<user's id>.eml; ids are UUIDv7, so the newest is the last by name. The file is complete or not there.
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
