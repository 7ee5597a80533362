// Package announce makes messages of the event contract from the events of tickets. Stores call it
// while they write a change, so that both are one write. It knows neither stores nor NATS.
package announce

import (
	"crm.example/pkg/events"
	"crm.example/services/ticket/internal/ticket"
	"crm.example/services/ticket/internal/wire"
)

// Message is the event as consumers get it. The ticket's version is its sequence.
func Message(e ticket.Event) (events.Message, error) {
	head := events.Head{ID: e.ID, Verb: string(e.Verb), Sequence: e.Ticket.Version, At: e.At}
	audience := e.Ticket.ClientID
	if e.Verb.ForDesk() {
		audience = events.AtDesk
	}
	return events.NewTicketMessage(head, audience, e.Ticket.ID, dataOf(e))
}

func dataOf(e ticket.Event) any {
	if e.Verb == ticket.VerbDeleted {
		return events.TicketDeletedData{
			Actor:  events.Actor{ID: e.Actor.ID},
			Ticket: events.TicketRef{ID: e.Ticket.ID, ClientID: e.Ticket.ClientID},
		}
	}
	if e.Verb.ForDesk() {
		data := events.TicketDeskData{Actor: wire.ActorOf(e.Actor), Ticket: wire.DeskSummaryOf(e.Ticket), Changed: e.Changed}
		if e.Note != nil {
			note := wire.NoteOf(*e.Note)
			data.Note = &note
		}
		return data
	}
	data := events.TicketData{Actor: wire.ActorOf(e.Actor), Ticket: wire.SummaryOf(e.Ticket), Changed: wire.Public(e.Changed)}
	if e.Message != nil {
		message := wire.MessageOf(*e.Message)
		data.Message = &message
	}
	return data
}
