package events

import "strings"

// The streams of dead letters: events that a consumer gave up on after its limit of deliveries, or could not read.
// A dead letter has the event's body unchanged; its headers say whose it is and why.
const (
	TicketDeadStream   = "CRM_TICKETS_DEAD"
	TicketDeadSubjects = "dead.ticket.*.*.*" // dead.ticket.<durable>.<clientId>.<ticketId>
	UserDeadStream     = "CRM_USERS_DEAD"
	UserDeadSubjects   = "dead.user.*.*" // dead.user.<durable>.<userId>
)

// The headers of a dead letter.
const (
	DeadError      = "Crm-Error"           // the consumer's last error: one line of at most 1,000 bytes
	DeadDeliveries = "Crm-Deliveries"      // how often the event was delivered
	DeadConsumer   = "Crm-Consumer"        // the durable that gave up
	DeadSubject    = "Crm-Subject"         // that the event came on
	DeadStream     = "Crm-Stream"          // that the event came from
	DeadSequence   = "Crm-Stream-Sequence" // of the event in that stream
	DeadTime       = "Crm-Time"            // when the consumer gave up
)

// DeadLetterOf returns the stream and the subject of the dead letters of a durable for events that come on subject:
// the durable takes the place of the verb, so that the dead letters of one document can be found and purged. A subject that is
// not of the contract is made shorter, or longer with "unknown": the erasure finds only subjects of this length.
func DeadLetterOf(durable, subject string) (stream, deadSubject string) {
	stream, resource, ids := TicketDeadStream, "ticket", 2
	if strings.HasPrefix(subject, "crm.user.") {
		stream, resource, ids = UserDeadStream, "user", 1
	}
	tokens := []string{"dead", resource, durable}
	if parts := strings.Split(subject, "."); len(parts) > 3 {
		tokens = append(tokens, parts[3:]...)
	}
	tokens = append(tokens, "unknown", "unknown")[:3+ids]
	return stream, strings.Join(tokens, ".")
}
