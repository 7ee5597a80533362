package notifier

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/google/uuid"

	"crm.example/pkg/bus"
)

// remembered is how long an event may come again: longer than any stream of tickets keeps it by default.
const remembered = 100 * 24 * time.Hour

// sent has the ids of events whose mail was sent, in a file with one id in each line. After a crash between a mail and its
// line, the mail is sent again, with the same Message-ID.
type sent struct {
	mu   sync.Mutex
	ids  map[string]bool // true if the id is on disk too
	file *os.File
	torn bool // the file may end in half a line
}

// openSent reads the file and rewrites it without ids that are too old to come again.
func openSent(dir string) (*sent, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make folder: %w", err)
	}
	path := filepath.Join(dir, "sent")
	ids, err := readIDs(path)
	if err != nil {
		return nil, fmt.Errorf("read what was sent: %w", err)
	}
	next, err := os.OpenFile(path+".next", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("write what was sent: %w", err)
	}
	s := &sent{ids: map[string]bool{}, file: next}
	for _, id := range ids {
		err = errors.Join(err, s.write(id))
		s.ids[id] = true
	}
	if err = errors.Join(err, next.Sync()); err == nil {
		err = renameDurably(next.Name(), path)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("write what was sent: %w", err), next.Close())
	}
	return s, nil
}

func readIDs(path string) (ids []string, err error) {
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		id, err := uuid.Parse(lines.Text()) // half a line is left of a crash or a full disk, an empty one of what ended it
		if err == nil && time.Since(time.Unix(id.Time().UnixTime())) < remembered {
			ids = append(ids, lines.Text())
		}
	}
	return ids, nil
}

func (s *sent) has(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, known := s.ids[id]
	return known
}

// add returns when the id is on disk. A full disk is not the event's fault: then call it again with the same id.
func (s *sent) add(id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ids[id] {
		return nil
	}
	err := errors.Join(s.write(id), s.file.Sync())
	s.ids[id], s.torn = err == nil, err != nil
	if err != nil {
		return bus.Later(fmt.Errorf("note what was sent: %w", err))
	}
	return nil
}

func (s *sent) write(id string) error {
	line := id + "\n"
	if s.torn {
		line = "\n" + line
	}
	_, err := s.file.WriteString(line)
	return err
}

func (s *sent) close() error { return s.file.Close() }
