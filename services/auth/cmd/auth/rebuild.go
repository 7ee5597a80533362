package main

import (
	"context"
	"fmt"

	"crm.example/services/auth"
)

// rebuildEvents works beside the running service, which publishes what is announced here.
func rebuildEvents(ctx context.Context, c command) error {
	if len(c.args) > 0 {
		return errUsage
	}
	users, err := auth.Rebuild(ctx, c.cfg)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(c.out, "%d users are announced as they are; the running service publishes those that the stream lacks\n", users)
	return err
}
