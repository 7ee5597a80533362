package crm

import "crm.example/pkg/events"

// What answers and events hold is what the contract's package has. That the deployment sends no more and no less of it, the
// contract's checks see to.
type (
	User       = events.Profile
	Summary    = events.Ticket
	Ticket     = events.WholeTicket
	Author     = events.Actor
	Page       = events.TicketPage
	Event      = events.Envelope
	TicketData = events.TicketData
)

// Tokens are the answer to login and refresh.
type Tokens struct {
	AccessJWT  string `json:"accessJWT"`
	RefreshJWT string `json:"refreshJWT"`
	TokenType  string `json:"tokenType"`
	ExpiresIn  int    `json:"expiresIn"`
	User       User   `json:"user"`
}

// Fields is a body in the making.
type Fields map[string]any
