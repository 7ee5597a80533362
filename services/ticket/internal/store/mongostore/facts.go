package mongostore

import (
	"context"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"crm.example/pkg/mongo"
	"crm.example/services/ticket/internal/ticket"
)

// factsWithin is how long one of the queries of a report may take: longer than what somebody works with.
const factsWithin = 20 * time.Second

// Facts is described in ticket.Store. All but the answers are read from indexes alone; those are in the conversations that have gone on since.
func (s *Store) Facts(ctx context.Context, from, to, now time.Time) (f ticket.Facts, err error) {
	ctx, cancel := context.WithTimeout(ctx, factsWithin)
	defer cancel()
	c, err := s.Collection(ctx, tickets)
	if err != nil {
		return f, err
	}
	within := bson.M{"$gte": from, "$lt": to}
	f = ticket.Facts{Opened: map[string]int{}, Answers: map[ticket.AgentDay]int{}, Ratings: map[ticket.Rated]int{}}
	for _, read := range []func() error{
		func() error { return countOpened(ctx, c, within, &f) },
		func() error { return countAnswers(ctx, c, from, within, &f) },
		func() error { return readClosings(ctx, c, within, &f) },
		func() error { return readFirstAnswers(ctx, c, within, &f) },
		func() error { return countRatings(ctx, c, within, &f) },
		func() (err error) { f.Waiting, err = countWaiting(ctx, c, now); return err },
	} {
		if err := read(); err != nil {
			return ticket.Facts{}, mongo.Translate(fmt.Errorf("read the facts of a report: %w", err))
		}
	}
	return f, nil
}

func dayOf(member string) bson.M {
	return bson.M{"$dateToString": bson.M{"format": "%Y-%m-%d", "date": member}}
}

func countOpened(ctx context.Context, c *driver.Collection, within bson.M, f *ticket.Facts) error {
	return aggregate(ctx, c, "newest", func(row struct {
		Day string `bson:"_id"`
		N   int    `bson:"n"`
	}) {
		f.Opened[row.Day] = row.N
	}, bson.D{{Key: "$match", Value: bson.M{"openedAt": within}}}, group(dayOf("$openedAt")))
}

func countAnswers(ctx context.Context, c *driver.Collection, from time.Time, within bson.M, f *ticket.Facts) error {
	return aggregate(ctx, c, byLastMessage, func(row struct {
		Of struct {
			Day   string `bson:"day"`
			Agent string `bson:"agent"`
		} `bson:"_id"`
		N int `bson:"n"`
	}) {
		f.Answers[ticket.AgentDay{Day: row.Of.Day, AgentID: row.Of.Agent}] = row.N
	},
		bson.D{{Key: "$match", Value: bson.M{"lastMessageAt": bson.M{"$gte": from}}}},
		bson.D{{Key: "$project", Value: bson.M{"conversation.seq": 1, "conversation.sentAt": 1, "conversation.author.id": 1, "conversation.author.role": 1}}},
		bson.D{{Key: "$unwind", Value: "$conversation"}},
		bson.D{{Key: "$match", Value: bson.M{"conversation.sentAt": within, "conversation.seq": bson.M{"$gt": 1}, "conversation.author.role": bson.M{"$ne": string(ticket.Client)}}}},
		group(bson.M{"day": dayOf("$conversation.sentAt"), "agent": "$conversation.author.id"}))
}

func readClosings(ctx context.Context, c *driver.Collection, within bson.M, f *ticket.Facts) error {
	return find(ctx, c, "closed", bson.M{"closedAt": within}, func(row struct {
		OpenedAt   time.Time `bson:"openedAt"`
		ClosedAt   time.Time `bson:"closedAt"`
		AssigneeID string    `bson:"assigneeId"`
	}) {
		f.Closed = append(f.Closed, ticket.Closing{At: row.ClosedAt.UTC(), Took: row.ClosedAt.Sub(row.OpenedAt), AssigneeID: row.AssigneeID})
	}, "closedAt", "openedAt", "assigneeId")
}

func readFirstAnswers(ctx context.Context, c *driver.Collection, within bson.M, f *ticket.Facts) error {
	return find(ctx, c, byFirstReply, bson.M{"firstRepliedAt": within}, func(row struct {
		OpenedAt       time.Time `bson:"openedAt"`
		FirstRepliedAt time.Time `bson:"firstRepliedAt"`
	}) {
		f.FirstAnswers = append(f.FirstAnswers, row.FirstRepliedAt.Sub(row.OpenedAt))
	}, "firstRepliedAt", "openedAt")
}

func countRatings(ctx context.Context, c *driver.Collection, within bson.M, f *ticket.Facts) error {
	return find(ctx, c, byRating, bson.M{"ratedAt": within}, func(row struct {
		AssigneeID  string `bson:"assigneeId"`
		RatingScore int    `bson:"ratingScore"`
	}) {
		f.Ratings[ticket.Rated{AssigneeID: row.AssigneeID, Score: row.RatingScore}]++
	}, "ratingScore", "assigneeId")
}

func countWaiting(ctx context.Context, c *driver.Collection, now time.Time) (int, error) {
	filter, index := listQuery(ticket.Query{View: ticket.Waiting, Now: now})
	n, err := c.CountDocuments(ctx, filter, options.Count().SetHint(index))
	return int(n), err
}

func group(by any) bson.D {
	return bson.D{{Key: "$group", Value: bson.M{"_id": by, "n": bson.M{"$sum": 1}}}}
}

func aggregate[Row any](ctx context.Context, c *driver.Collection, index string, add func(Row), stages ...bson.D) error {
	cursor, err := c.Aggregate(ctx, stages, options.Aggregate().SetHint(index))
	if err != nil {
		return err
	}
	return eachRow(ctx, cursor, add)
}

// find reads some members of the documents that an index has.
func find[Row any](ctx context.Context, c *driver.Collection, index string, filter bson.M, add func(Row), members ...string) error {
	only := bson.D{{Key: "_id", Value: false}}
	for _, member := range members {
		only = append(only, bson.E{Key: member, Value: true})
	}
	cursor, err := c.Find(ctx, filter, options.Find().SetHint(index).SetProjection(only).SetBatchSize(10_000))
	if err != nil {
		return err
	}
	return eachRow(ctx, cursor, add)
}

func eachRow[Row any](ctx context.Context, cursor *driver.Cursor, add func(Row)) error {
	defer func() { _ = cursor.Close(context.WithoutCancel(ctx)) }()
	for cursor.Next(ctx) {
		var row Row
		if err := bson.Unmarshal(cursor.Current, &row); err != nil {
			return err
		}
		add(row)
	}
	return cursor.Err()
}
