// Package wire writes tickets as others see them, and reads them back. Who sees what is decided here and nowhere else:
//
//	events.Ticket           everybody who may see the ticket: lists, events, the live feed
//	events.WholeTicket      who reads it over HTTP: the conversation too
//	events.DeskTicket       agents: what they keep beside it, in lists and in events of their own
//	events.WholeDeskTicket  agents who read it over HTTP
//	Line                    the operator's archive: idempotency keys too
//
// A member that everybody may see belongs in events.Ticket, any other in the view of those who may.
package wire

import "crm.example/pkg/events"

// Line is a ticket in the archive. What follows from the conversation is there for those who read the file; a reader that is
// this program counts it anew. Events that wait are not in it.
type Line struct {
	events.DeskTicket
	OpenedWith   *Once     `json:"openedWith,omitempty"`
	Conversation []Message `json:"conversation"`
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
