package events

// The answers of HTTP that tell more than an event does. Contract and clients read the same types as consumers.
type (
	// WholeTicket is a ticket with its conversation.
	WholeTicket struct {
		Ticket
		Conversation []ConversationMessage `json:"conversation"`
	}

	// WholeDeskTicket is that ticket as agents see it.
	WholeDeskTicket struct {
		WholeTicket
		Desk
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
