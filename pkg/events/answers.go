package events

// The answers of HTTP that tell more than an event does. Contract and clients read the same types as consumers.
type (
	// WholeTicket is a ticket with its conversation.
	WholeTicket struct {
		Ticket
		AllowedActions []string              `json:"allowedActions"` // what who asks may do now
		Conversation   []ConversationMessage `json:"conversation"`
	}

	// WholeDeskTicket is that ticket as agents see it.
	WholeDeskTicket struct {
		WholeTicket
		Desk
		Notes   []Note `json:"notes"`
		History []Step `json:"history"`
	}

	// Step is one change in the history of a ticket.
	Step struct {
		Version int         `json:"version"`
		At      string      `json:"at"`
		Actor   Actor       `json:"actor"`
		Verb    string      `json:"verb"`
		Changed []string    `json:"changed"`
		Detail  *StepDetail `json:"detail,omitempty"`
	}

	// StepDetail says more of some steps.
	StepDetail struct {
		From    *Person  `json:"from,omitempty"` // whose the ticket was
		To      *Person  `json:"to,omitempty"`   // whose it is
		Added   []string `json:"added,omitempty"`
		Removed []string `json:"removed,omitempty"`
		Until   *string  `json:"until,omitempty"` // what it is put off to
	}

	// TicketPage is one page of a list; NextCursor is nil on the last one.
	TicketPage struct {
		Items      []Ticket `json:"items"`
		NextCursor *string  `json:"nextCursor"`
	}

	// Profile is a user as they see themselves. What is not given is "".
	Profile struct {
		User
		Company   string `json:"company"`
		Phone     string `json:"phone"`
		Address   string `json:"address"`
		CreatedAt string `json:"createdAt"`
	}
)
