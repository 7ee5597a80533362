package testenv

import (
	"context"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// initiate makes a replica set of the server, unless it is one already, waits until it has elected itself, and
// puts the set's name, which the server decides, into its URL.
func (s *Server) initiate(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startWithin)
	defer cancel()
	client, err := mongo.Connect(options.Client().ApplyURI(s.URL + "/?directConnection=true"))
	if err != nil {
		return err
	}
	defer func() { _ = client.Disconnect(ctx) }()
	admin := client.Database("admin")
	for begun := false; ; time.Sleep(5 * time.Millisecond) {
		set, err := hello(ctx, admin)
		switch {
		case err != nil:
			return fmt.Errorf("ask for the replica set: %w", err)
		case set.Primary:
			s.URL += "/?replicaSet=" + set.Name
			return nil
		case set.Name == "" && !begun:
			begun = true
			alone := bson.M{"_id": "test", "members": bson.A{bson.M{"_id": 0, "host": s.Addr}}}
			if err := admin.RunCommand(ctx, bson.M{"replSetInitiate": alone}).Err(); err != nil {
				return fmt.Errorf("make a replica set: %w", err)
			}
		}
	}
}

// membership is what a server says of itself.
type membership struct {
	Name    string `bson:"setName"`
	Primary bool   `bson:"isWritablePrimary"`
}

func hello(ctx context.Context, admin *mongo.Database) (membership, error) {
	var m membership
	err := admin.RunCommand(ctx, bson.M{"hello": 1}).Decode(&m)
	return m, err
}
