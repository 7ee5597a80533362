// Package wire turns tickets into the forms that others see, and back. It alone decides who sees what:
//
//	events.Ticket           everybody who may see the ticket: lists, events, the live feed
//	events.WholeTicket      whoever reads it over HTTP: with the conversation
//	events.DeskTicket       agents: what they keep beside it, in lists and in events of their own
//	events.WholeDeskTicket  agents who read it over HTTP
//	Line                    the operator's archive: with idempotency keys
//
// A member that everybody may see belongs in events.Ticket, any other in the view of those who may.
package wire

import "crm.example/pkg/events"

// Line is a ticket in the archive. Members that follow from the conversation are for people who read the file; an import
// counts them again. It has no waiting events.
type Line struct {
	events.DeskTicket
	OpenedWith   *Once         `json:"openedWith,omitempty"`
	Conversation []Message     `json:"conversation"`
	Notes        []Note        `json:"notes"`
	History      []events.Step `json:"history"` // without names
}

// Note is one of a Line.
type Note struct {
	events.Note
	SentWith *Once `json:"sentWith,omitempty"`
}

// Message is one of a Line.
type Message struct {
	events.ConversationMessage
	SentWith *Once `json:"sentWith,omitempty"`
}

// Once is an idempotency key with the hash of its body.
type Once struct {
	Key  string `json:"key"`
	Hash string `json:"hash"`
}
