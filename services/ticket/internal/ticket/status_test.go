package ticket_test

import (
	"testing"

	"crm.example/services/ticket/internal/ticket"
)

func TestMoves(t *testing.T) {
	t.Parallel()
	want := map[ticket.Move]ticket.Status{
		ticket.ClientReplies: ticket.PendingAgent,
		ticket.AgentReplies:  ticket.PendingClient,
		ticket.Closes:        ticket.Closed,
	}
	for _, from := range []ticket.Status{ticket.PendingAgent, ticket.PendingClient, ticket.Closed} {
		for move, to := range want {
			if got := from.After(move); got != to {
				t.Errorf("%s after %s = %q, want %s", from, move, got, to)
			}
		}
	}
}
