package events

import "slices"

// Kind says which events a Go type is for, and where they are.
type Kind struct {
	Stream  string   // the stream that keeps them
	Subject string   // the narrowest subject that has all of them
	Types   []string // the types in their envelopes
}

// Holds says whether events of this envelope type are of the kind.
func (k Kind) Holds(envelopeType string) bool { return slices.Contains(k.Types, envelopeType) }

// The verbs of version 1 of the contract. More may be added: consumers acknowledge those that they don't know.
var (
	TicketVerbs = []string{"created", "replied", "updated", "closed", "reopened", "deleted", "rated", "noted", "assigned", "tagged", "snoozed"}
	UserVerbs   = []string{"registered", "updated", "role-changed", "password-reset", "password-changed", "deleted"}
)

var (
	everyTicketKind = Kind{Stream: TicketStream, Subject: TicketSubjects, Types: typesOf("ticket", TicketVerbs)}
	everyUserKind   = Kind{Stream: UserStream, Subject: UserSubjects, Types: typesOf("user", UserVerbs)}
)

func ticketKind(verb string) Kind {
	return Kind{Stream: TicketStream, Subject: "crm.ticket." + verb + ".*.*", Types: []string{typeOf("ticket", verb)}}
}

func deskKind(verb string) Kind {
	return Kind{Stream: TicketStream, Subject: "crm.ticket." + verb + "." + AtDesk + ".*", Types: []string{typeOf("ticket", verb)}}
}

func userKind(verb string) Kind {
	return Kind{Stream: UserStream, Subject: "crm.user." + verb + ".*", Types: []string{typeOf("user", verb)}}
}

func typesOf(resource string, verbs []string) (types []string) {
	for _, verb := range verbs {
		types = append(types, typeOf(resource, verb))
	}
	return types
}

func typeOf(resource, verb string) string { return "crm." + resource + "." + verb + ".v1" }
