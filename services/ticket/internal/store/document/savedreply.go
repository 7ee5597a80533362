package document

import "crm.example/services/ticket/internal/ticket"

// SavedReply has the members of ticket.SavedReply, in its order and with its types.
type SavedReply struct {
	ID   string `bson:"_id" json:"id"`
	Name string `bson:"name" json:"name"`
	Text string `bson:"message" json:"message"`
}

// SavedReplyFrom is the document's saved reply.
func SavedReplyFrom(d SavedReply) ticket.SavedReply { return ticket.SavedReply(d) }
