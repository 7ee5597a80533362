package mongostore

import (
	"go.mongodb.org/mongo-driver/v2/bson"

	"crm.example/pkg/mongo"
	"crm.example/services/ticket/internal/store/document"
	"crm.example/services/ticket/internal/ticket"
)

var newestFirst = bson.D{{Key: "openedAt", Value: -1}, {Key: "_id", Value: -1}}

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

// listQuery is one of the few shapes that a list has, and the index that gives its order, the filter's members in the order of
// that index.
func listQuery(q ticket.Query) (filter bson.D, index string) {
	shape := listShape{client: q.Scope.ClientID != ""}
	if shape.client {
		filter = append(filter, bson.E{Key: "clientId", Value: q.Scope.ClientID})
	}
	switch q.Filter {
	case ticket.AnyStatus:
	case ticket.NotClosed:
		shape.by = open
		filter = append(filter, bson.E{Key: "open", Value: true})
	default:
		shape.by = status
		filter = append(filter, bson.E{Key: "status", Value: string(q.Filter)})
	}
	if q.After != nil {
		filter = append(filter,
			bson.E{Key: "openedAt", Value: bson.M{"$lte": q.After.OpenedAt}}, // where to begin in the index
			bson.E{Key: "$or", Value: bson.A{bson.M{"openedAt": bson.M{"$lt": q.After.OpenedAt}}, bson.M{"_id": bson.M{"$lt": q.After.ID}}}})
	}
	filter, index = append(filter, bson.E{Key: "deletedAt", Value: nil}), listIndexes[shape]
	if q.Search.IsZero() {
		return filter, index
	}
	return append(searchFilter(q.Search), filter...), searchIndex(shape)
}

// searchIndex has the order of a search: a client's tickets are few, and looked through one by one.
func searchIndex(of listShape) string {
	if of.client {
		return byClient
	}
	return byTerms
}

// listShape has the members of an index besides those of the order.
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
