package main

import (
	"cmp"
	"context"
	"path/filepath"

	"crm.example/deploy/standalone/internal/backups"
)

// backups are exports that are made by themselves.
func (p *process) backups() backups.Plan {
	own := p.settings.own
	return backups.Plan{
		Dir: cmp.Or(own.BackupDir, filepath.Join(own.Data, "backups")), Every: own.BackupEvery, Keep: own.BackupKeep, Log: p.log.With("part", "backups"),
		Write: func(ctx context.Context, folder string) error {
			_, _, err := p.settings.export(ctx, folder, false)
			return err
		},
	}
}
