package mongostore

import (
	"go.mongodb.org/mongo-driver/v2/bson"

	"crm.example/pkg/mongo"
)

const (
	tickets       = "tickets"
	erasedClients = "erasedClients"

	byID      = "_id_"
	byOpenKey = "client_key"
	byClient  = "client"
	byAuthor  = "author"
	byDue     = "due"
)

// schema is what must be there. A query names its index unless its first member leaves no doubt, so that none is ever planned another way.
var schema = mongo.Schema{Number: 2, Collections: []mongo.Collection{{
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

		// Whose replies they are, for the day on which an agent's account is deleted.
		{Name: byAuthor, Keys: keys("conversation.author.id")},

		mongo.OutboxIndex,
	},
	// Tombstones without an event: a crash could leave them while the events were removed before the tombstone.
	Leftovers: bson.D{{Key: "openedAt", Value: nil}, {Key: "deletedAt", Value: bson.D{{Key: "$exists", Value: true}}}, {Key: "pendingSince", Value: nil}},
}, {
	Name: erasedClients, Validator: erasureValidator(), Indexes: []mongo.Index{
		{Name: byDue, Keys: keys("dueAt", "_id"), Partial: bson.D{{Key: "dueAt", Value: bson.D{{Key: "$exists", Value: true}}}}},
	},
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

// validator takes tickets and tombstones. Values and members that only a newer version knows are no fault.
func validator() bson.M {
	text, whole, date := bson.M{"bsonType": "string"}, bson.M{"bsonType": bson.A{"int", "long"}, "minimum": 0}, bson.M{"bsonType": "date"}
	once := object(bson.M{"key": text, "hash": text}, "key", "hash")
	author := object(bson.M{"id": text, "name": text, "role": text}, "id", "name", "role")
	message := object(bson.M{
		"id": text, "seq": whole, "author": author, "message": text, "sentAt": date, "sentWith": once,
	}, "id", "seq", "author", "message", "sentAt")
	properties := bson.M{
		"_id": text, "clientId": text, "clientName": text, "subject": text, "status": text, "open": bson.M{"bsonType": "bool"},
		"priority": text, "messageCount": whole, "lastMessageAt": date, "lastMessageBy": text,
		"openedAt": date, "updatedAt": date, "closedAt": date, "deletedAt": date, "version": whole, "size": whole,
		"openedWith": once, "conversation": bson.M{"bsonType": "array", "items": message},
	}
	for name, property := range mongo.OutboxProperties() {
		properties[name] = property
	}
	schema := object(properties, "_id", "clientId", "version")
	schema["anyOf"] = bson.A{
		bson.M{"required": bson.A{"deletedAt"}},
		bson.M{"required": bson.A{
			"clientName", "subject", "status", "open", "priority", "messageCount", "lastMessageAt", "lastMessageBy",
			"openedAt", "updatedAt", "size", "conversation",
		}},
	}
	return schema
}

// erasureValidator takes deleted accounts, those of agents too.
func erasureValidator() bson.M {
	date, whole := bson.M{"bsonType": "date"}, bson.M{"bsonType": bson.A{"int", "long"}, "minimum": 1}
	return object(bson.M{"_id": bson.M{"bsonType": "string"}, "round": whole, "at": date, "dueAt": date}, "_id", "round", "at")
}

func object(properties bson.M, required ...string) bson.M {
	return bson.M{"bsonType": "object", "required": required, "properties": properties}
}
