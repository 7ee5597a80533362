package crm

import "encoding/json"

// User as the contract has it.
type User struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	Email     string `json:"email"`
	Role      string `json:"role"`
	Company   string `json:"company"`
	Phone     string `json:"phone"`
	Address   string `json:"address"`
	CreatedAt string `json:"createdAt"`
}

// Tokens are the answer to login and refresh.
type Tokens struct {
	AccessJWT  string `json:"accessJWT"`
	RefreshJWT string `json:"refreshJWT"`
	TokenType  string `json:"tokenType"`
	ExpiresIn  int    `json:"expiresIn"`
	User       User   `json:"user"`
}

// Ticket is a Ticket or, without its conversation, a TicketSummary of the contract.
type Ticket struct {
	ID            string    `json:"id"`
	ClientID      string    `json:"clientId"`
	ClientName    string    `json:"clientName"`
	Subject       string    `json:"subject"`
	Status        string    `json:"status"`
	Priority      string    `json:"priority"`
	MessageCount  int       `json:"messageCount"`
	LastMessageAt string    `json:"lastMessageAt"`
	LastMessageBy string    `json:"lastMessageBy"`
	OpenedAt      string    `json:"openedAt"`
	UpdatedAt     string    `json:"updatedAt"`
	ClosedAt      *string   `json:"closedAt"`
	Version       int       `json:"version"`
	Conversation  []Message `json:"conversation"`
}

// Message is one of a conversation.
type Message struct {
	ID      string `json:"id"`
	Seq     int    `json:"seq"`
	Author  Author `json:"author"`
	Message string `json:"message"`
	SentAt  string `json:"sentAt"`
}

// Author wrote a message.
type Author struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Role string `json:"role"`
}

// Page is one of a list.
type Page struct {
	Items      []Ticket `json:"items"`
	NextCursor *string  `json:"nextCursor"`
}

// Event is a CloudEvent of the contract.
type Event struct {
	SpecVersion     string          `json:"specversion"`
	ID              string          `json:"id"`
	Source          string          `json:"source"`
	Type            string          `json:"type"`
	Subject         string          `json:"subject"`
	Time            string          `json:"time"`
	DataContentType string          `json:"datacontenttype"`
	Sequence        string          `json:"sequence"`
	Data            json.RawMessage `json:"data"`
}

// TicketData is the data of a ticket's event.
type TicketData struct {
	Actor   Author   `json:"actor"`
	Ticket  Ticket   `json:"ticket"`
	Message *Message `json:"message"`
	Changed []string `json:"changed"`
}

// Fields is a body in the making.
type Fields map[string]any
