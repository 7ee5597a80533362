package mongostore

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"crm.example/pkg/mongo"
	"crm.example/services/ticket/internal/store/document"
	"crm.example/services/ticket/internal/ticket"
)

// List is described in ticket.Store.
func (s *Store) List(ctx context.Context, q ticket.Query) ([]ticket.Summary, error) {
	filter, index := listQuery(q)
	page := options.Find().SetProjection(summary).SetSort(orders[q.Order()].by).
		SetLimit(int64(q.Limit)).SetBatchSize(int32(q.Limit) + 1) // one round trip, however long the page
	if index != "" {
		page.SetHint(index)
	}
	return mongo.List(ctx, s.DB, tickets, document.SummaryFrom, filter, page)
}

// Count is described in ticket.Store. It reads the ids: a command that counts would not tell how it is planned.
func (s *Store) Count(ctx context.Context, q ticket.Query) (int, error) {
	filter, index := listQuery(q)
	some := options.Find().SetLimit(int64(q.Limit)).SetBatchSize(int32(q.Limit) + 1)
	if index != "" {
		some.SetHint(index)
	}
	ids, err := mongo.IDs(ctx, s.DB, tickets, filter, some)
	return len(ids), err
}

// orders of lists: the member that each is by.
var orders = map[ticket.Order]struct {
	member string
	by     bson.D
}{
	ticket.ByOpening: {"openedAt", keys("-openedAt", "-_id")},
	ticket.ByTurn:    {"turn", keys("turn", "_id")},
	ticket.BySnooze:  {"snoozedUntil", keys("snoozedUntil", "_id")},
	ticket.ByClosing: {"closedAt", keys("-closedAt", "-_id")},
}

// listQuery is one of the shapes that a list has, and the index that gives its order; none is named for a client's own few tickets, which
// any index finds that begins with the client.
func listQuery(q ticket.Query) (filter bson.D, index string) {
	if !q.Search.IsZero() {
		filter = searchFilter(q)
	}
	filter = append(filter, statusFilter(q)...)
	filter = append(filter, viewFilter(q)...)
	for _, e := range []struct{ member, value string }{{"assigneeId", q.Assignee}, {"priority", string(q.Priority)}, {"tags", q.Tag}} {
		if e.value != "" {
			filter = append(filter, bson.E{Key: e.member, Value: e.value})
		}
	}
	if q.After != nil {
		filter = append(filter, after(q)...)
	}
	return append(filter, bson.E{Key: "deletedAt", Value: nil}), indexOf(q)
}

// statusFilter has whose tickets they are and the status, in the order of the indexes.
func statusFilter(q ticket.Query) (filter bson.D) {
	if of := q.Of(); of != "" {
		filter = append(filter, bson.E{Key: "clientId", Value: of})
	}
	switch q.Filter {
	case ticket.AnyStatus:
	case ticket.NotClosed:
		filter = append(filter, bson.E{Key: "open", Value: true})
	default:
		filter = append(filter, bson.E{Key: "status", Value: string(q.Filter)})
	}
	return filter
}

// viewFilter has what puts a ticket in a view. What an earlier version has written has no turn, and comes once it is upgraded.
func viewFilter(q ticket.Query) bson.D {
	hasTurn := bson.E{Key: "turn", Value: bson.M{"$gt": time.Time{}}}
	notSnoozed := bson.E{Key: "snoozedUntil", Value: bson.M{"$not": bson.M{"$gt": q.Now}}}
	open := bson.E{Key: "open", Value: true}
	switch q.View {
	case ticket.Mine:
		return bson.D{open, hasTurn, notSnoozed}
	case ticket.Unassigned:
		return bson.D{{Key: "assigneeId", Value: nil}, open, hasTurn, notSnoozed}
	case ticket.Waiting:
		return bson.D{{Key: "status", Value: string(ticket.PendingAgent)}, open, hasTurn, notSnoozed}
	case ticket.Snoozed:
		return bson.D{{Key: "snoozedUntil", Value: bson.M{"$gt": q.Now}}}
	case ticket.Done:
		return bson.D{{Key: "status", Value: string(ticket.Closed)}, {Key: "closedAt", Value: bson.M{"$gt": time.Time{}}}}
	}
	return nil
}

// after finds what comes after a position: where to begin in the index, and what of that is not before.
func after(q ticket.Query) bson.D {
	member, then, begin := orders[q.Order()].member, "$lt", "$lte"
	if order := q.Order(); order == ticket.ByTurn || order == ticket.BySnooze {
		then, begin = "$gt", "$gte"
	}
	return bson.D{
		{Key: member, Value: bson.M{begin: q.After.At}},
		{Key: "$or", Value: bson.A{bson.M{member: bson.M{then: q.After.At}}, bson.M{"_id": bson.M{then: q.After.ID}}}},
	}
}

func indexOf(q ticket.Query) string {
	client := q.Of() != ""
	switch {
	case !q.Search.IsZero() && client:
		return byClient // few, and looked through one by one
	case !q.Search.IsZero():
		return byTerms
	case q.View != "":
		return viewIndexes[q.View]
	case client:
		return ""
	case q.Tag != "":
		return "tags"
	case q.Assignee != "":
		return byAssignee
	case q.Priority != "":
		return "priority"
	}
	return listIndexes[q.Filter]
}

var viewIndexes = map[ticket.View]string{
	ticket.Mine: "mine", ticket.Unassigned: "mine", ticket.Waiting: "waiting", ticket.Snoozed: "snoozed", ticket.Done: "closed",
}

var listIndexes = map[ticket.Filter]string{
	ticket.AnyStatus: "newest", ticket.NotClosed: "open",
	ticket.Filter(ticket.PendingAgent): "status", ticket.Filter(ticket.PendingClient): "status", ticket.Filter(ticket.Closed): "status",
}
