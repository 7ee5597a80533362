package mail

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/google/uuid"
)

// files are the mails in a folder, which may be missing.
type files struct{ dir string }

// partPrefix begins the name of a file that is not complete yet.
const partPrefix = ".part-"

// fileOf is the end of the names of a user's mail files.
func fileOf(userID string) string { return "_" + filepath.Base(userID) + ".eml" }

// ours tells whether Send makes such names, now or in earlier versions: other programs may keep their mails in the same
// folder.
func ours(name string) bool {
	mail, found := strings.CutSuffix(name, ".eml")
	id, _, _ := strings.Cut(mail, "_")
	return found && uuid.Validate(id) == nil || strings.HasPrefix(name, partPrefix)
}

// Forget removes the files of a user's mails.
func (f files) Forget(_ context.Context, userID string) error {
	return f.remove(func(file os.DirEntry) bool { return strings.HasSuffix(file.Name(), fileOf(userID)) })
}

// RemoveBefore removes files that were written before that time, and incomplete ones that a crash left.
func (f files) RemoveBefore(_ context.Context, at time.Time) error {
	return f.remove(func(file os.DirEntry) bool {
		info, err := file.Info()
		return err == nil && ours(file.Name()) && info.ModTime().Before(at)
	})
}

func (f files) remove(which func(os.DirEntry) bool) error {
	all, err := os.ReadDir(f.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("look for mails to remove: %w", err)
	}
	var failed []error
	for _, file := range all {
		if which(file) {
			if err := os.Remove(filepath.Join(f.dir, file.Name())); !errors.Is(err, fs.ErrNotExist) {
				failed = append(failed, err)
			}
		}
	}
	return errors.Join(failed...)
}
