package bare

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/readconcern"
	"go.mongodb.org/mongo-driver/v2/mongo/writeconcern"
)

// MongoDB runs the services' own queries on their own data, without the services.
type MongoDB struct {
	client         *mongo.Client
	tickets, users *mongo.Collection
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
	client, err := mongo.Connect(options.Client().ApplyURI("mongodb://" + address).SetReadConcern(readconcern.Majority()).
		SetWriteConcern(&writeconcern.WriteConcern{W: "majority", Journal: &journaled}))
	if err != nil {
		return nil, err
	}
	m := &MongoDB{client: client, text: text, tickets: client.Database("ticket").Collection("tickets"), users: client.Database("auth").Collection("users")}
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
	cursor, err := m.tickets.Find(ctx, bson.M{"deletedAt": nil, "clientId": m.one(n).Client}, options.Find().
		SetSort(bson.D{{Key: "openedAt", Value: -1}, {Key: "_id", Value: -1}}).SetLimit(21).SetBatchSize(22).SetProjection(summaryOnly))
	if err != nil {
		return err
	}
	var found []bson.Raw
	return cursor.All(ctx, &found)
}

func (m *MongoDB) get(ctx context.Context, n int64) error {
	id := m.one(n)
	found := m.tickets.FindOne(ctx, bson.M{"_id": id.ID, "clientId": id.Client, "deletedAt": nil}, options.FindOne().SetProjection(noOutbox))
	return found.Err()
}

func (m *MongoDB) user(ctx context.Context, n int64) error {
	return m.users.FindOne(ctx, bson.M{"_id": m.one(n).Client}, options.FindOne().SetProjection(noOutbox)).Err()
}

// reply reads the ticket without its conversation, and then changes it.
func (m *MongoDB) reply(ctx context.Context, n int64) error {
	id := m.one(n)
	filter := bson.M{"_id": id.ID, "clientId": id.Client, "deletedAt": nil}
	if err := m.tickets.FindOne(ctx, filter, options.FindOne().SetProjection(summaryOnly)).Err(); err != nil {
		return err
	}
	update := bson.M{
		"$set": bson.M{"status": "pending-agent", "open": true, "updatedAt": time.Now(), "lastMessageAt": time.Now(), "lastMessageBy": "client"},
		"$inc": bson.M{"version": 1, "messageCount": 1, "size": len(m.text)}, "$push": bson.M{"conversation": m.message(id.Client)},
	}
	after := options.FindOneAndUpdate().SetReturnDocument(options.After).SetProjection(noOutbox)
	return m.tickets.FindOneAndUpdate(ctx, filter, update, after).Err()
}

func (m *MongoDB) create(ctx context.Context, n int64) error {
	id, now := uuid.Must(uuid.NewV7()).String(), time.Now()
	_, err := m.tickets.InsertOne(ctx, bson.M{
		"_id": id, "clientId": m.one(n).Client, "clientName": "Client of the benchmark", "subject": "Wrong address on the invoice",
		"status": "pending-agent", "open": true, "priority": "normal", "messageCount": 1, "lastMessageAt": now, "lastMessageBy": "client",
		"openedAt": now, "updatedAt": now, "version": 1, "size": len(m.text), "openedWith": bson.M{"key": id, "hash": id},
		"conversation": bson.A{m.message(m.one(n).Client)},
	})
	return err
}

func (m *MongoDB) message(client string) bson.M {
	return bson.M{
		"id": uuid.Must(uuid.NewV7()).String(), "seq": 1, "author": bson.M{"id": client, "name": "Client of the benchmark", "role": "client"},
		"message": m.text, "sentAt": time.Now(),
	}
}

var (
	noOutbox    = bson.M{"outbox": false, "pendingSince": false}
	summaryOnly = bson.M{
		"clientId": true, "clientName": true, "subject": true, "status": true, "priority": true, "messageCount": true,
		"lastMessageAt": true, "lastMessageBy": true, "openedAt": true, "updatedAt": true, "closedAt": true, "version": true,
	}
)
