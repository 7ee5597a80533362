package fill

import (
	"time"

	"crm.example/pkg/events"
)

// ticket is a line of the ticket service's file.
type ticket struct {
	ID           string    `json:"id"`
	ClientID     string    `json:"clientId"`
	ClientName   string    `json:"clientName"`
	Subject      string    `json:"subject"`
	Status       string    `json:"status"`
	Priority     string    `json:"priority"`
	OpenedAt     string    `json:"openedAt"`
	UpdatedAt    string    `json:"updatedAt"`
	Version      int       `json:"version"`
	OpenedWith   once      `json:"openedWith"`
	Conversation []message `json:"conversation"`
}

type message struct {
	ID       string `json:"id"`
	Author   author `json:"author"`
	Message  string `json:"message"`
	SentAt   string `json:"sentAt"`
	SentWith once   `json:"sentWith"`
}

type author struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Role string `json:"role"`
}

type once struct {
	Key  string `json:"key"`
	Hash string `json:"hash"`
}

// ticketOf makes the n-th ticket: those of a client lie as far apart as those of a real one, and not side by side.
func ticketOf(n int, s Size, text string) ticket {
	opened := start.Add(24*time.Hour + time.Duration(n)*time.Second)
	at, client := events.Time(opened), clientID(n%s.Clients)
	key := once{Key: id(opened, n), Hash: hash}
	return ticket{
		ID: id(opened, n), ClientID: client, ClientName: clientName, Subject: "Wrong address on the invoice",
		Status: "pending-agent", Priority: "normal", OpenedAt: at, UpdatedAt: at, Version: 1, OpenedWith: key,
		Conversation: []message{{ID: id(opened, n+1), Author: author{client, clientName, "client"}, Message: text, SentAt: at, SentWith: key}},
	}
}

// hash has the length of the hash of a body that an idempotency key stands for.
const hash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
