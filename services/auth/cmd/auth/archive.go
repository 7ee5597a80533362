package main

import (
	"context"
	"io"
	"os"

	"crm.example/pkg/archive"
	"crm.example/services/auth"
)

// exportUsers tells what it did in the log: standard output may be the file.
func exportUsers(ctx context.Context, c command) error {
	path, settled, err := archive.Arguments(c.args, "settled")
	if err != nil {
		return errUsage
	}
	return archive.Create(path, c.out, func(out io.Writer) error {
		users, err := auth.Export(ctx, c.cfg, out, settled)
		if err == nil {
			c.log.InfoContext(ctx, "Exported", "users", users)
		}
		return err
	})
}

func importUsers(ctx context.Context, c command) error {
	path, resume, err := archive.Arguments(c.args, "resume")
	if err != nil {
		return errUsage
	}
	return archive.Open(path, os.Stdin, func(in io.Reader) error {
		done, err := auth.Import(ctx, c.cfg, in, resume)
		if err == nil {
			c.log.InfoContext(ctx, "Imported", "users", done.Users, "there-before", done.There)
		}
		return err
	})
}
