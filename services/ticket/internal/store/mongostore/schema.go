package mongostore

import (
	"maps"

	"go.mongodb.org/mongo-driver/v2/bson"

	"crm.example/pkg/mongo"
	"crm.example/services/ticket/internal/store/document"
)

const (
	tickets       = "tickets"
	erasedClients = "erasedClients"
	people        = "people"
	savedReplies  = "savedReplies"
	counters      = "counters"

	byID      = "_id_"
	byOpenKey = "client_key"
	byClient  = "client"
	byAuthor  = "author"
	byDue     = "due"
	byTerms   = "terms"

	byNoteAuthor = "note_author"
	byAssignee   = "assignee"

	byLastMessage = "lastMessage"
	byFirstReply  = "firstReply"
	byRating      = "rating"

	byNumber   = "number"
	unnumbered = "unnumbered"
	byTermsOf  = "termsOf"
)

// schema is what must be there. A query names its index unless its first member leaves no doubt, so that none is ever planned another way.
var schema = mongo.Schema{Number: 3, Collections: []mongo.Collection{{
	Name: tickets, Validator: validator(), Indexes: []mongo.Index{
		// A client's idempotency key opens one ticket.
		{Name: byOpenKey, Keys: keys("clientId", "openedWith.key"), Unique: true, Partial: bson.D{{Key: "openedWith.key", Value: bson.D{{Key: "$exists", Value: true}}}}},

		// The lists: all tickets or one client's, of any status, of one, or of those that are not closed. Tombstones have
		// neither status nor time: they come after the end.
		{Name: "newest", Keys: keys("-openedAt", "-_id")},
		{Name: "status", Keys: keys("status", "-openedAt", "-_id")},
		{Name: "open", Keys: keys("-openedAt", "-_id"), Partial: isOpen},
		{Name: byClient, Keys: keys("clientId", "-openedAt", "-_id")},
		{Name: "client_status", Keys: keys("clientId", "status", "-openedAt", "-_id")},
		{Name: "client_open", Keys: keys("clientId", "-openedAt", "-_id"), Partial: isOpen},

		// The views of agents, each in its order; what tells whether a ticket is put off comes last, so that those are passed over unread.
		{Name: "mine", Keys: keys("assigneeId", "turn", "_id", "snoozedUntil"), Partial: isOpen},
		{Name: "waiting", Keys: keys("status", "turn", "_id", "snoozedUntil"), Partial: isOpen},
		{Name: "snoozed", Keys: keys("snoozedUntil", "_id"), Partial: bson.D{{Key: "snoozedUntil", Value: bson.D{{Key: "$exists", Value: true}}}}},
		{Name: "closed", Keys: keys("-closedAt", "-_id", "openedAt", "assigneeId"), Partial: bson.D{{Key: "closedAt", Value: bson.D{{Key: "$exists", Value: true}}}}},

		// What agents filter by.
		{Name: byAssignee, Keys: keys("assigneeId", "-openedAt", "-_id"), Partial: bson.D{{Key: "assigneeId", Value: bson.D{{Key: "$exists", Value: true}}}}},
		{Name: "priority", Keys: keys("priority", "-openedAt", "-_id")},
		{Name: "tags", Keys: keys("tags", "-openedAt", "-_id"), Partial: bson.D{{Key: "tags", Value: bson.D{{Key: "$exists", Value: true}}}}},

		// What reports are made of, with all that they read of it.
		{Name: byLastMessage, Keys: keys("lastMessageAt")},
		{Name: byFirstReply, Keys: keys("firstRepliedAt", "openedAt"), Partial: bson.D{{Key: "firstRepliedAt", Value: bson.D{{Key: "$exists", Value: true}}}}},
		{Name: byRating, Keys: keys("ratedAt", "ratingScore", "assigneeId"), Partial: bson.D{{Key: "ratedAt", Value: bson.D{{Key: "$exists", Value: true}}}}},

		// The search of agents.
		{Name: byTerms, Keys: keys("terms", "-openedAt", "-_id")},

		// What people call a ticket by. Those that an earlier version has written, or writes beside this one, get theirs later.
		{Name: byNumber, Keys: keys("number"), Unique: true, Partial: bson.D{{Key: "number", Value: bson.D{{Key: "$exists", Value: true}}}}},
		{Name: unnumbered, Keys: keys("number", "_id")},
		{Name: byTermsOf, Keys: keys("termsOf", "version")},

		// Whose replies and notes they are and whose tickets, for the day on which an agent's account is deleted.
		{Name: byAuthor, Keys: keys("conversation.author.id")},
		{Name: byNoteAuthor, Keys: keys("notes.author.id")},

		mongo.OutboxIndex,
	},
	// Tombstones without an event: a crash could leave them while the events were removed before the tombstone.
	Leftovers: bson.D{{Key: "openedAt", Value: nil}, {Key: "deletedAt", Value: bson.D{{Key: "$exists", Value: true}}}, {Key: "pendingSince", Value: nil}},
}, {
	Name: erasedClients, Validator: erasureValidator(), Indexes: []mongo.Index{
		{Name: byDue, Keys: keys("dueAt", "_id"), Partial: bson.D{{Key: "dueAt", Value: bson.D{{Key: "$exists", Value: true}}}}},
	},
}, {
	Name: people, Validator: mongo.Validator(document.Person{}),
}, {
	Name: savedReplies, Validator: mongo.Validator(document.SavedReply{}),
}, {
	Name: counters, Validator: mongo.Validator(counter{}),
}}}

var isOpen = bson.D{{Key: "open", Value: true}}

// keys of an index; a minus is descending.
func keys(names ...string) bson.D {
	var d bson.D
	for _, name := range names {
		direction := 1
		if name[0] == '-' {
			name, direction = name[1:], -1
		}
		d = append(d, bson.E{Key: name, Value: direction})
	}
	return d
}

// validator takes tickets and tombstones. Values that only a newer version knows are no fault.
func validator() bson.M {
	whole, tombstone := mongo.Validator(stored{}), mongo.Validator(document.Tombstone{})
	properties := mongo.Properties(whole)
	maps.Copy(properties, mongo.Properties(tombstone))
	return bson.M{"bsonType": "object", "properties": properties, "anyOf": bson.A{
		bson.M{"required": tombstone["required"]},
		bson.M{"required": append(whole["required"].([]string), "conversation")},
	}}
}

// erasureValidator takes deleted accounts, those of agents too.
func erasureValidator() bson.M {
	schema := mongo.Validator(document.Erasure{})
	mongo.Properties(schema)["round"] = bson.M{"bsonType": bson.A{"int", "long"}, "minimum": 1}
	return schema
}
