package archive

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
)

// Stdio is the path that means standard input or output. They are used only if it is given.
const Stdio = "-"

// Create lets write fill a new file at path, which only this user may read. After an error there is no file. An existing file
// is never overwritten. Stdio writes to stdout instead.
func Create(path string, stdout io.Writer, write func(io.Writer) error) error {
	if path == Stdio {
		return write(stdout)
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, os.ErrExist) {
		return fmt.Errorf("%s exists already; an export overwrites nothing", path)
	}
	if err != nil {
		return err
	}
	if err := errors.Join(write(file), file.Sync(), file.Close()); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return nil
}

// Open gives the content of the file at path to read; Stdio reads stdin instead.
func Open(path string, stdin io.Reader, read func(io.Reader) error) error {
	if path == Stdio {
		return read(stdin)
	}
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	if err := read(bufio.NewReader(file)); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}
