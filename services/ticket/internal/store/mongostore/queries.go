package mongostore

import (
	"go.mongodb.org/mongo-driver/v2/bson"

	"crm.example/pkg/mongo"
	"crm.example/services/ticket/internal/store/document"
	"crm.example/services/ticket/internal/ticket"
)

// What is read of a document: all of it, what no client may see left out, or what a list shows.
var (
	whole   = mongo.Projection(document.Ticket{})
	public  = mongo.Projection(document.Ticket{}, "notes", "history")
	summary = mongo.Projection(document.Summary{})
)

// wholeFor is what is read for those who have the scope.
func wholeFor(scope ticket.Scope) bson.D {
	if scope.ClientID == "" {
		return whole
	}
	return public
}

// headOf is the part that a change needs: everything except the conversation, but with the message that has the target's key.
func headOf(target ticket.Target) bson.D {
	head := mongo.Projection(Indexed{}, "conversation", "notes", "history", "terms")
	if target.Key != "" {
		among := "conversation"
		if target.Notes {
			among = "notes"
		}
		sent := bson.M{"$elemMatch": bson.M{"author.id": target.Author, "sentWith.key": target.Key}}
		head = append(head, bson.E{Key: among, Value: sent})
	}
	return head
}

// within finds a ticket by its id, unless it is outside the scope or a tombstone. The id comes first, and no index is named: one
// server read the complete index that it was told to use, and another one takes the index of the first member.
func within(scope ticket.Scope, id string) bson.D {
	filter := append(mongo.ByID(id), bson.E{Key: "deletedAt", Value: nil})
	if scope.ClientID != "" {
		filter = append(filter, bson.E{Key: "clientId", Value: scope.ClientID})
	}
	return filter
}
