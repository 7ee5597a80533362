package events

import "time"

// Meta has the members that every event has, whatever its payload.
type Meta struct {
	ID       string    `json:"-"` // a UUIDv7: a consumer that must act only once remembers it
	Type     string    `json:"-"` // such as crm.ticket.replied.v1
	Document string    `json:"-"` // id of the ticket or user
	Sequence int       `json:"-"` // counts the events of the document, from 1, without a gap
	Time     time.Time `json:"-"` // of the change, not of its announcement
}

// About returns the Meta of an event of any type.
func (m Meta) About() Meta { return m }

func (m *Meta) set(to Meta) { *m = to }

// The events of tickets. The members of the payload are members of each: e.Ticket, e.Actor, e.Message.
type (
	TicketCreated struct { // crm.ticket.created.v1
		Meta
		TicketData
	}
	TicketReplied struct { // crm.ticket.replied.v1
		Meta
		TicketData
	}
	TicketUpdated struct { // crm.ticket.updated.v1: subject or priority
		Meta
		TicketData
	}
	TicketClosed struct { // crm.ticket.closed.v1
		Meta
		TicketData
	}
	TicketReopened struct { // crm.ticket.reopened.v1: by a reply
		Meta
		TicketData
	}
	TicketDeleted struct { // crm.ticket.deleted.v1: ids only
		Meta
		TicketDeletedData
	}
	TicketRated struct { // crm.ticket.rated.v1: by its client, while it is closed
		Meta
		TicketData
	}
	TicketNoted struct { // crm.ticket.noted.v1: a note beside the conversation; for agents only
		Meta
		TicketDeskData
	}
	TicketAssigned struct { // crm.ticket.assigned.v1: to somebody, or to nobody; for agents only
		Meta
		TicketDeskData
	}
	TicketTagged struct { // crm.ticket.tagged.v1: for agents only
		Meta
		TicketDeskData
	}
	TicketSnoozed struct { // crm.ticket.snoozed.v1: put off, or no longer; for agents only
		Meta
		TicketDeskData
	}
	// TicketEvent is any of the above, told apart by Type. Of a deleted ticket it has the ids only, and of none what agents keep
	// beside it.
	TicketEvent struct {
		Meta
		TicketData
	}
)

// The events of users.
type (
	UserRegistered struct { // crm.user.registered.v1
		Meta
		UserData
	}
	UserUpdated struct { // crm.user.updated.v1: the profile
		Meta
		UserData
	}
	UserRoleChanged struct { // crm.user.role-changed.v1
		Meta
		UserData
	}
	UserPasswordReset struct { // crm.user.password-reset.v1
		Meta
		UserData
	}
	UserPasswordChanged struct { // crm.user.password-changed.v1
		Meta
		UserData
	}
	UserDeleted struct { // crm.user.deleted.v1: the id only
		Meta
		UserData
	}
	// UserEvent is any of the above, told apart by Type. Of a deleted user it has the id only.
	UserEvent struct {
		Meta
		UserData
	}
)

// Event is one of the types of this file.
type Event interface {
	Kind() Kind
	About() Meta
}

func (TicketCreated) Kind() Kind  { return ticketKind("created") }
func (TicketReplied) Kind() Kind  { return ticketKind("replied") }
func (TicketUpdated) Kind() Kind  { return ticketKind("updated") }
func (TicketClosed) Kind() Kind   { return ticketKind("closed") }
func (TicketReopened) Kind() Kind { return ticketKind("reopened") }
func (TicketDeleted) Kind() Kind  { return ticketKind("deleted") }
func (TicketRated) Kind() Kind    { return ticketKind("rated") }
func (TicketNoted) Kind() Kind    { return deskKind("noted") }
func (TicketAssigned) Kind() Kind { return deskKind("assigned") }
func (TicketTagged) Kind() Kind   { return deskKind("tagged") }
func (TicketSnoozed) Kind() Kind  { return deskKind("snoozed") }
func (TicketEvent) Kind() Kind    { return everyTicketKind }

func (UserRegistered) Kind() Kind      { return userKind("registered") }
func (UserUpdated) Kind() Kind         { return userKind("updated") }
func (UserRoleChanged) Kind() Kind     { return userKind("role-changed") }
func (UserPasswordReset) Kind() Kind   { return userKind("password-reset") }
func (UserPasswordChanged) Kind() Kind { return userKind("password-changed") }
func (UserDeleted) Kind() Kind         { return userKind("deleted") }
func (UserEvent) Kind() Kind           { return everyUserKind }
