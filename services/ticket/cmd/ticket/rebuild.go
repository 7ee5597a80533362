package main

import (
	"context"
	"fmt"
	"io"
	"slices"

	"crm.example/services/ticket"
)

// ticketEvents is the command events rebuild. It works beside the running service, which publishes what is announced here.
func ticketEvents(args []string) func(context.Context, ticket.Config, io.Writer) error {
	return func(ctx context.Context, cfg ticket.Config, out io.Writer) error {
		if !slices.Equal(args, []string{"rebuild"}) {
			return errUsage
		}
		tickets, err := ticket.Rebuild(ctx, cfg)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(out, "%d tickets are announced as they are; the running service publishes those that the stream lacks\n", tickets)
		return err
	}
}
