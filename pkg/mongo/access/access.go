// Package access makes the MongoDB user of a service. The user may do what the service does in its own database, and nothing
// elsewhere. It needs the rights of MongoDB's administrator.
package access

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/x/mongo/driver/connstring"
)

const (
	within        = 30 * time.Second
	userExists    = 51003
	roleExists    = 51002
	conflictsWith = 11000 // what some servers say of either
)

// actions are the rights that a service needs in its database: on documents, collections with their validators, and indexes.
var actions = bson.A{"find", "insert", "update", "remove", "createCollection", "collMod", "createIndex", "listCollections", "listIndexes"}

// Grant makes the user of the service's URI in the database of that URI. If the user exists, it sets its password and rights. It
// connects as the user of the administrator's URI, and may be repeated. Its errors show no password.
func Grant(ctx context.Context, adminURI, serviceURI string) error {
	want, err := connstring.ParseAndValidate(serviceURI)
	if err != nil || want.Database == "" || want.Username == "" || want.Password == "" {
		return errors.New("the store's URL must name a user, its password and a database: mongodb://user:password@host/database")
	}
	client, err := driver.Connect(options.Client().ApplyURI(adminURI).SetTimeout(within))
	if err != nil {
		return errors.New("the administrator's URL is none such as mongodb://user:password@host/")
	}
	defer func() { _ = client.Disconnect(context.WithoutCancel(ctx)) }()
	db := client.Database(want.Database)
	role := want.Username + "-service"
	if err := ensureRole(ctx, db, role); err != nil {
		return fmt.Errorf("make role %s: %w", role, err)
	}
	if err := ensureUser(ctx, db, want.Username, want.Password, role); err != nil {
		return fmt.Errorf("make user %s: %w", want.Username, err)
	}
	return nil
}

func ensureRole(ctx context.Context, db *driver.Database, role string) error {
	rights := bson.D{
		{Key: "privileges", Value: bson.A{bson.D{
			{Key: "resource", Value: bson.D{{Key: "db", Value: db.Name()}, {Key: "collection", Value: ""}}},
			{Key: "actions", Value: actions},
		}}},
		{Key: "roles", Value: bson.A{}},
	}
	return ensure(ctx, db, "createRole", "updateRole", role, rights)
}

func ensureUser(ctx context.Context, db *driver.Database, name, password, role string) error {
	rights := bson.D{{Key: "pwd", Value: password}, {Key: "roles", Value: bson.A{role}}}
	return ensure(ctx, db, "createUser", "updateUser", name, rights)
}

// ensure creates something, or updates it if it exists.
func ensure(ctx context.Context, db *driver.Database, create, update, name string, rights bson.D) error {
	err := db.RunCommand(ctx, append(bson.D{{Key: create, Value: name}}, rights...)).Err()
	var server driver.ServerError
	if errors.As(err, &server) && (server.HasErrorCode(userExists) || server.HasErrorCode(roleExists) || server.HasErrorCode(conflictsWith)) {
		err = db.RunCommand(ctx, append(bson.D{{Key: update, Value: name}}, rights...)).Err()
	}
	return err
}
