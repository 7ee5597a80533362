package bare

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/readconcern"
	"go.mongodb.org/mongo-driver/v2/mongo/readpref"
	"go.mongodb.org/mongo-driver/v2/mongo/writeconcern"
)

// MongoDB runs the services' own queries on their own data, without the services.
type MongoDB struct {
	client         *mongo.Client
	tickets, users *mongo.Collection
	latest         *mongo.Collection // tickets, with writes that no majority has yet: what a change is made on
	sample         []sampled
	text           string
}

// sampled is a ticket that is there.
type sampled struct {
	ID     string `bson:"_id"`
	Client string `bson:"clientId"`
}

// OpenMongoDB connects to the server that has the databases of both services, filled. text is what a message says.
func OpenMongoDB(ctx context.Context, address, text string) (*MongoDB, error) {
	journaled := true
	client, err := mongo.Connect(options.Client().ApplyURI("mongodb://" + address).SetTimeout(5 * time.Second).
		SetReadPreference(readpref.Primary()).SetReadConcern(readconcern.Majority()).
		SetWriteConcern(&writeconcern.WriteConcern{W: "majority", Journal: &journaled}))
	if err != nil {
		return nil, err
	}
	m := &MongoDB{client: client, text: text, tickets: client.Database("ticket").Collection("tickets"), users: client.Database("auth").Collection("users")}
	m.latest = m.tickets.Clone(options.Collection().SetReadConcern(readconcern.Local()))
	if err := m.findSample(ctx); err != nil {
		return nil, fmt.Errorf("find tickets: %w", err)
	}
	return m, nil
}

// Close closes the connections.
func (m *MongoDB) Close(ctx context.Context) error { return m.client.Disconnect(ctx) }

// findSample takes any tickets, as many as a benchmark touches.
func (m *MongoDB) findSample(ctx context.Context) error {
	cursor, err := m.tickets.Find(ctx, bson.D{}, options.Find().SetLimit(10_000).SetProjection(bson.M{"clientId": true}))
	if err != nil {
		return err
	}
	if err := cursor.All(ctx, &m.sample); err != nil {
		return err
	}
	if len(m.sample) == 0 {
		return errors.New("there are none")
	}
	return nil
}

// Operations are what the requests do in MongoDB, in the order of the requests.
func (m *MongoDB) Operations() []Operation {
	return []Operation{{"list", m.list}, {"get", m.get}, {"user", m.user}, {"reply", m.reply}, {"create", m.create}}
}

func (m *MongoDB) one(n int64) sampled { return m.sample[n%int64(len(m.sample))] }

func (m *MongoDB) list(ctx context.Context, n int64) error {
	filter := bson.D{{Key: "clientId", Value: m.one(n).Client}, {Key: "deletedAt", Value: nil}}
	cursor, err := m.tickets.Find(ctx, filter, options.Find().
		SetSort(bson.D{{Key: "openedAt", Value: -1}, {Key: "_id", Value: -1}}).SetLimit(21).SetBatchSize(22).SetProjection(summaryOnly))
	if err != nil {
		return err
	}
	for cursor.Next(ctx) { // what All would copy is left where it is
	}
	return errors.Join(cursor.Err(), cursor.Close(ctx))
}

func (m *MongoDB) get(ctx context.Context, n int64) error {
	return m.tickets.FindOne(ctx, within(m.one(n)), options.FindOne().SetProjection(whole)).Err()
}

func (m *MongoDB) user(ctx context.Context, n int64) error {
	return m.users.FindOne(ctx, bson.D{{Key: "_id", Value: m.one(n).Client}}, options.FindOne().SetProjection(bson.D{{Key: "outbox", Value: 0}})).Err()
}

func within(s sampled) bson.D {
	return bson.D{{Key: "_id", Value: s.ID}, {Key: "deletedAt", Value: nil}, {Key: "clientId", Value: s.Client}}
}

var (
	whole       = bson.M{"outbox": false, "pendingSince": false}
	summaryOnly = bson.M{
		"clientId": true, "clientName": true, "subject": true, "status": true, "priority": true, "messageCount": true,
		"lastMessageAt": true, "lastMessageBy": true, "openedAt": true, "updatedAt": true, "closedAt": true, "version": true,
	}
)
