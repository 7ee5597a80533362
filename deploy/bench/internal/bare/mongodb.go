package bare

import (
	"context"
	"math/rand/v2"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/readconcern"
	"go.mongodb.org/mongo-driver/v2/mongo/writeconcern"

	"crm.example/deploy/bench/internal/load"
)

// MongoDB is a database of its own on the services' server, with as many tickets as theirs, of the same settings, and without the
// services: the least that could keep tickets.
type MongoDB struct {
	rows
	client  *mongo.Client
	tickets *mongo.Collection
}

// OpenMongoDB fills a new database.
func OpenMongoDB(ctx context.Context, address string, clients, tickets int) (*MongoDB, error) {
	journaled := true
	client, err := mongo.Connect(options.Client().ApplyURI("mongodb://" + address).SetTimeout(time.Minute).
		SetReadConcern(readconcern.Majority()).SetWriteConcern(&writeconcern.WriteConcern{W: "majority", Journal: &journaled}))
	if err != nil {
		return nil, err
	}
	m := &MongoDB{rows{clients: clients}, client, client.Database("bare").Collection("tickets")}
	err = m.tickets.Drop(ctx)
	if err == nil {
		_, err = m.tickets.Indexes().CreateOne(ctx, mongo.IndexModel{Keys: bson.D{{Key: "client", Value: 1}, {Key: "_id", Value: -1}}})
	}
	for ; tickets > 0 && err == nil; tickets -= 1000 {
		some := make([]any, min(1000, tickets))
		for i := range some {
			some[i] = m.new()
		}
		_, err = m.tickets.InsertMany(ctx, some)
	}
	return m, err
}

// Close closes the connections.
func (m *MongoDB) Close() error { return m.client.Disconnect(context.Background()) }

func (m *MongoDB) new() bson.M {
	id := m.last.Add(1)
	return bson.M{"_id": id, "client": id % int64(m.clients), "summary": summary, "conversation": bson.A{text}, "outbox": event}
}

// Operations are what the requests of these names do in MongoDB, each in one round trip. Writes carry an event each.
func (m *MongoDB) Operations() []load.Operation {
	reply := bson.M{"$set": bson.M{"summary": summary, "outbox": event}, "$push": bson.M{"conversation": text}}
	get := func(ctx context.Context) error { return m.tickets.FindOne(ctx, bson.M{"_id": m.one()}).Err() }
	return []load.Operation{
		{Name: "user", Do: get},
		{Name: "list", Do: m.list},
		{Name: "get", Do: get},
		{Name: "reply", Writes: true, Do: func(ctx context.Context) error {
			return m.tickets.FindOneAndUpdate(ctx, bson.M{"_id": m.one()}, reply).Err()
		}},
		{Name: "create", Writes: true, Do: func(ctx context.Context) error {
			_, err := m.tickets.InsertOne(ctx, m.new())
			return err
		}},
	}
}

func (m *MongoDB) list(ctx context.Context) error {
	cursor, err := m.tickets.Find(ctx, bson.M{"client": rand.IntN(m.clients)}, options.Find().SetSort(bson.M{"_id": -1}).
		SetLimit(21).SetBatchSize(22).SetProjection(bson.M{"summary": 1}))
	if err != nil {
		return err
	}
	for cursor.Next(ctx) { // what All would copy is left where it is
	}
	return cursor.Err()
}
