package mongostore

import (
	"go.mongodb.org/mongo-driver/v2/bson"

	"crm.example/services/ticket/internal/ticket"
)

var newestFirst = bson.D{{Key: "openedAt", Value: -1}, {Key: "_id", Value: -1}}

// What is read of a document.
var (
	whole   = bson.M{"outbox": false, "pendingSince": false}
	summary = bson.M{
		"clientId": true, "clientName": true, "subject": true, "status": true, "priority": true,
		"messageCount": true, "lastMessageAt": true, "lastMessageBy": true,
		"openedAt": true, "updatedAt": true, "closedAt": true, "version": true,
	}
)

// headOf adds to the summary what changes need.
func headOf(target ticket.Target) bson.M {
	head := bson.M{"size": true, "openedWith": true}
	for name := range summary {
		head[name] = true
	}
	if target.Key != "" {
		head["conversation"] = bson.M{"$elemMatch": bson.M{"author.id": target.Author, "sentWith.key": target.Key}}
	}
	return head
}

// within finds a ticket by its id, unless it is outside the scope or a tombstone.
func within(scope ticket.Scope, id string) bson.M {
	filter := bson.M{"_id": id, "deletedAt": nil}
	if scope.ClientID != "" {
		filter["clientId"] = scope.ClientID
	}
	return filter
}

// listQuery is one of the few shapes that a list has, and the index that gives its order.
func listQuery(q ticket.Query) (filter bson.M, index string) {
	filter = bson.M{"deletedAt": nil}
	shape := listShape{client: q.Scope.ClientID != ""}
	if shape.client {
		filter["clientId"] = q.Scope.ClientID
	}
	switch q.Filter {
	case ticket.AnyStatus:
	case ticket.NotClosed:
		filter["open"], shape.by = true, open
	default:
		filter["status"], shape.by = string(q.Filter), status
	}
	if q.After != nil {
		filter["openedAt"] = bson.M{"$lte": q.After.OpenedAt} // where to begin in the index
		filter["$or"] = bson.A{bson.M{"openedAt": bson.M{"$lt": q.After.OpenedAt}}, bson.M{"_id": bson.M{"$lt": q.After.ID}}}
	}
	return filter, listIndexes[shape]
}

// listShape is what an index must be over besides the order.
type listShape struct {
	client bool
	by     string
}

const (
	status = "status"
	open   = "open"
)

var listIndexes = map[listShape]string{
	{false, ""}: "newest", {false, status}: "status", {false, open}: "open",
	{true, ""}: "client", {true, status}: "client_status", {true, open}: "client_open",
}
