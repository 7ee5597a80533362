package backups_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"crm.example/deploy/standalone/internal/backups"
)

func names(t *testing.T, dir string) (all []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		all = append(all, entry.Name())
	}
	return all
}

// folder writes a backup as an export does.
func folder(_ context.Context, path string) error {
	return errors.Join(os.Mkdir(path, 0o700), os.WriteFile(filepath.Join(path, "auth.jsonl"), nil, 0o600))
}

// One a day is written, also by a process that was started again meanwhile; the newest stay, and what is not a backup.
func TestDaily(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "backups")
	synctest.Test(t, func(t *testing.T) { // it begins at midnight of 2000-01-01, UTC
		if err := errors.Join(os.MkdirAll(filepath.Join(dir, "mine"), 0o700), os.Mkdir(filepath.Join(dir, "19991231T000000Z.unfinished"), 0o700)); err != nil {
			t.Fatal(err)
		}
		plan := backups.Plan{Dir: dir, Every: 24 * time.Hour, Keep: 3, Write: folder, Log: slog.New(slog.DiscardHandler)}
		for _, span := range []time.Duration{time.Hour, 30 * time.Hour, 70 * time.Hour} {
			ctx, stop := context.WithTimeout(t.Context(), span)
			if err := plan.Run(ctx); err != nil {
				t.Error(err)
			}
			stop()
		}
		if got, want := names(t, dir), []string{"20000103T000000Z", "20000104T000000Z", "20000105T000000Z", "mine"}; !slices.Equal(got, want) {
			t.Errorf("left are %q, want %q", got, want)
		}
	})
}

// What fails leaves no backup that is none, is said once, and is tried again.
func TestFails(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		var said bytes.Buffer
		tries := 0
		plan := backups.Plan{Dir: dir, Every: 24 * time.Hour, Keep: 3, Log: slog.New(slog.NewTextHandler(&said, nil)), Write: func(ctx context.Context, path string) error {
			if tries++; tries < 4 {
				return errors.Join(folder(ctx, path), errors.New("the disk is full"))
			}
			return folder(ctx, path)
		}}
		ctx, stop := context.WithTimeout(t.Context(), time.Hour)
		defer stop()
		if err := plan.Run(ctx); err != nil {
			t.Error(err)
		}
		if got := names(t, dir); len(got) != 1 || strings.Contains(got[0], "unfinished") || tries != 4 || strings.Count(said.String(), "the disk is full") != 1 {
			t.Errorf("%q after %d tries:\n%s", got, tries, said.String())
		}
	})
}

func TestNone(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithTimeout(t.Context(), 100*time.Hour)
		defer stop()
		if err := (backups.Plan{Dir: dir, Write: folder}).Run(ctx); err != nil || len(names(t, dir)) > 0 {
			t.Errorf("%v, %q", err, names(t, dir))
		}
	})
}
