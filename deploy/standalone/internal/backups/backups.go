// Package backups writes copies of the data by themselves, and keeps the newest of them. It knows nothing of what is in one.
package backups

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"crm.example/pkg/loop"
)

// Plan says what is written, and how often.
type Plan struct {
	Dir   string                                         // each backup is a folder in it, named by the time in UTC
	Every time.Duration                                  // 0 writes none
	Keep  int                                            // how many of them stay
	Write func(ctx context.Context, folder string) error // makes the folder
	Log   *slog.Logger
}

const (
	// name is that of a backup. Anything else in the folder is somebody else's.
	name = "20060102T150405Z"
	// unfinished is the end of the name of one that is being written. A process that ended leaves it behind.
	unfinished = ".unfinished"
	lookEvery  = time.Minute
)

// Run writes a backup whenever the newest is old enough, until ctx ends. What fails is tried again a minute later.
func (p Plan) Run(ctx context.Context) error {
	if p.Every > 0 {
		loop.Every(ctx, min(lookEvery, p.Every), nil, p.Log, "back up", p.look)
	}
	<-ctx.Done()
	return nil
}

func (p Plan) look(ctx context.Context) error {
	there, err := p.there()
	if err != nil {
		return err
	}
	now := time.Now().UTC()
	if len(there) > 0 {
		newest, _ := time.Parse(name, there[len(there)-1])
		if age := now.Sub(newest); age >= 0 && age < p.Every { // one of the future says nothing
			return nil
		}
	}
	return p.write(ctx, now.Format(name))
}

// there are the backups, the oldest first.
func (p Plan) there() (names []string, err error) {
	entries, err := os.ReadDir(p.Dir)
	if os.IsNotExist(err) {
		return nil, nil
	}
	for _, entry := range entries {
		if _, none := time.Parse(name, entry.Name()); none == nil && entry.IsDir() {
			names = append(names, entry.Name())
		}
	}
	slices.Sort(names)
	return names, err
}

func (p Plan) write(ctx context.Context, at string) error {
	if err := os.MkdirAll(p.Dir, 0o700); err != nil {
		return err
	}
	if err := p.removeUnfinished(); err != nil {
		return err
	}
	folder := filepath.Join(p.Dir, at)
	if err := p.Write(ctx, folder+unfinished); err != nil {
		return fmt.Errorf("write %s: %w", folder, err)
	}
	if err := os.Rename(folder+unfinished, folder); err != nil {
		return err
	}
	p.Log.InfoContext(ctx, "Backed up", "folder", folder)
	return p.forget()
}

func (p Plan) removeUnfinished() error {
	entries, err := os.ReadDir(p.Dir)
	for _, entry := range entries {
		if at, left := strings.CutSuffix(entry.Name(), unfinished); left {
			if _, none := time.Parse(name, at); none == nil {
				err = os.RemoveAll(filepath.Join(p.Dir, entry.Name()))
			}
		}
	}
	return err
}

// forget removes all but the newest.
func (p Plan) forget() error {
	there, err := p.there()
	for ; err == nil && len(there) > p.Keep; there = there[1:] {
		err = os.RemoveAll(filepath.Join(p.Dir, there[0]))
	}
	return err
}
