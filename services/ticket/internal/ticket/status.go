package ticket

import (
	"time"

	"crm.example/pkg/problem"
)

// Status says who must act next.
type Status string

// The statuses of a ticket.
const (
	PendingAgent  Status = "pending-agent"  // new, or the client wrote last
	PendingClient Status = "pending-client" // an agent wrote last
	Closed        Status = "closed"

	// locked is Closed for longer than the reopen window. It is never stored: it follows from the time.
	locked Status = "locked"
)

// move is the result of an action: the status afterwards, which a deleted ticket does not have, and the verb of its event. Without
// a verb nothing happens.
type move struct {
	to   Status
	verb Verb
}

// row is how far a role reaches with an action, and what it leads to from each status. What changes no ticket has no moves.
type row struct {
	reach reach
	moves moves
}

type moves map[Status]move

// table is the life of a ticket: who may do what, in which status, and what comes of it. What is not there is forbidden to the
// role, or in that status.
var table = map[Role]map[Action]row{
	Client: {
		ToOpen:   {reach: own},
		ToList:   {reach: own},
		ToRead:   {reach: own},
		ToReply:  {own, replying(PendingAgent)},
		ToEdit:   {own, editing},
		ToClose:  {own, closing},
		ToDelete: {own, deleting},

		ToRate:     {own, rating},
		ToFollowUp: {own, followingUp},
	},
	Agent: {
		ToOpen:   {reach: all}, // for a client
		ToCount:  {reach: all},
		ToReport: {reach: all},
		ToList:   {reach: all},
		ToRead:   {reach: all},
		ToReply:  {all, replying(PendingClient)},
		ToEdit:   {all, editing},
		ToClose:  {all, closing},

		ToFollowUp: {all, followingUp},
		ToNote:     {all, aside(VerbNoted)},
		ToAssign:   {all, aside(VerbAssigned)},
		ToTag:      {all, aside(VerbTagged)},
		ToSnooze:   {all, snoozing},
		ToReuse:    {reach: all},
	},
	Admin: { // and what an agent may
		ToManage: {reach: all},
	},
}

// rowOf looks a row up. An admin may what an agent may.
func rowOf(role Role, do Action) row {
	if r, own := table[role][do]; own || role != Admin {
		return r
	}
	return table[Agent][do]
}

var (
	editing  = moves{PendingAgent: {PendingAgent, VerbUpdated}, PendingClient: {PendingClient, VerbUpdated}, Closed: {Closed, VerbUpdated}, locked: {Closed, VerbUpdated}}
	closing  = moves{PendingAgent: {Closed, VerbClosed}, PendingClient: {Closed, VerbClosed}, Closed: {to: Closed}, locked: {to: Closed}}
	deleting = moves{PendingAgent: {"", VerbDeleted}, PendingClient: {"", VerbDeleted}, Closed: {"", VerbDeleted}, locked: {"", VerbDeleted}}
)

// None of these changes the status. A closed ticket waits for nobody, so there is nothing to put off.
var (
	rating      = moves{Closed: {Closed, VerbRated}, locked: {Closed, VerbRated}}
	followingUp = moves{Closed: {Closed, VerbCreated}, locked: {Closed, VerbCreated}} // what is created is the other ticket
	snoozing    = moves{PendingAgent: {PendingAgent, VerbSnoozed}, PendingClient: {PendingClient, VerbSnoozed}}
)

// aside is what may be done in every status and leaves it as it is.
func aside(v Verb) moves {
	return moves{PendingAgent: {PendingAgent, v}, PendingClient: {PendingClient, v}, Closed: {Closed, v}, locked: {Closed, v}}
}

func replying(to Status) moves {
	return moves{PendingAgent: {to, VerbReplied}, PendingClient: {to, VerbReplied}, Closed: {to, VerbReopened}}
}

// next looks up what the actions, all of them or none, make of the ticket at that time: the move of the last one.
func (t *Ticket) next(s Stamp, window time.Duration, do ...Action) (m move, err error) {
	status, ok := t.statusAt(s.At, window), true
	for _, action := range do {
		if m, ok = rowOf(s.Actor.Role, action).moves[status]; !ok {
			return move{}, refusal(action)
		}
	}
	return m, nil
}

// statusAt is the status, or locked.
func (t *Ticket) statusAt(now time.Time, window time.Duration) Status {
	if t.Status == Closed && now.Sub(t.ClosedAt) > window {
		return locked
	}
	return t.Status
}

// Allowed are the actions that somebody who sees the ticket may do now, and that would do something.
func (t *Ticket) Allowed(r Role, now time.Time, window time.Duration) (allowed []Action) {
	status := t.statusAt(now, window)
	for _, action := range shown {
		if row := rowOf(r, action); row.reach != none && row.moves[status].verb != "" {
			allowed = append(allowed, action)
		}
	}
	return allowed
}

// refusal says why a status does not allow an action.
func refusal(action Action) error {
	switch action {
	case ToSnooze:
		return problem.New(problem.TicketLocked, "This ticket is closed; there is nothing to put off")
	case ToRate:
		return problem.New(problem.TicketNotClosed, "This ticket is not closed yet; rate it when it is")
	}
	return problem.New(problem.TicketLocked, "This ticket was closed too long ago to be reopened; open a new one")
}

// enter sets the status, and since when the ticket is closed.
func (t *Ticket) enter(status Status, at time.Time) {
	switch {
	case status != Closed:
		t.ClosedAt = time.Time{}
	case t.Status != Closed:
		t.ClosedAt, t.WaitingSince, t.SnoozedUntil = at, time.Time{}, time.Time{}
	}
	t.Status = status
}
