package ticket

// Status says who is to act next.
type Status string

// The statuses of a ticket.
const (
	PendingAgent  Status = "pending-agent"  // new, or the client wrote last
	PendingClient Status = "pending-client" // an agent wrote last
	Closed        Status = "closed"
)

// Move is what takes a ticket from one status to the next.
type Move string

// The moves.
const (
	ClientReplies Move = "client-replies"
	AgentReplies  Move = "agent-replies"
	Closes        Move = "closes"
)

// moves is every move out of every status. A reply to a closed ticket reopens it, for as long as
// the reopen window is open.
var moves = map[Status]map[Move]Status{
	PendingAgent:  {ClientReplies: PendingAgent, AgentReplies: PendingClient, Closes: Closed},
	PendingClient: {ClientReplies: PendingAgent, AgentReplies: PendingClient, Closes: Closed},
	Closed:        {ClientReplies: PendingAgent, AgentReplies: PendingClient, Closes: Closed},
}

// After is the status that the move leads to.
func (s Status) After(m Move) Status { return moves[s][m] }

func replyOf(r Role) Move {
	if r == Agent {
		return AgentReplies
	}
	return ClientReplies
}
