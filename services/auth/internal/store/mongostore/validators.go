package mongostore

import (
	"maps"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"

	"crm.example/pkg/mongo"
	"crm.example/services/auth/internal/account"
)

// The validators say what the version before writes too. They name no maximum: the contract's bounds are the service's,
// and fields that they don't know are a newer version's.
var (
	userValidator = object(bson.M{
		"_id": text, "name": text, "role": bson.M{"enum": bson.A{string(account.RoleClient), string(account.RoleAgent), ""}}, // "" in a tombstone
		"company": text, "phone": text, "address": text, "passwordHash": text,
		"sessionEpoch": count, "revocationPending": truth, "createdAt": date, "updatedAt": date, "version": count, "sequence": count,
	}, optionally(mongo.OutboxProperties(), bson.M{
		"email": text, "pinFailuresEnd": date, "resetMails": bson.M{"bsonType": "array", "items": date}, "deletedAt": date, "erasing": truth, "eraseDueAt": date,
		"pin": object(bson.M{"hmac": binary, "requestId": text, "expiresAt": date, "attempts": count}, nil),
	}))
	sessionValidator = object(bson.M{
		"_id": text, "userId": text, "epoch": count, "generation": count, "rotatedAt": date, "repeats": count,
		"createdAt": date, "expiresAt": date, "revocationPending": truth, "version": count,
	}, bson.M{"endedAt": date})
	requestValidator = object(bson.M{
		"_id": text, "email": text, "requestedAt": date, "expiresAt": date, "dueAt": date, "attempts": count,
	}, nil)
	keyValidator = object(bson.M{"_id": text, "createdAt": date, "data": binary}, nil)
)

var (
	text   = bson.M{"bsonType": "string"}
	date   = bson.M{"bsonType": "date"}
	truth  = bson.M{"bsonType": "bool"}
	binary = bson.M{"bsonType": "binData"}
	count  = bson.M{"bsonType": bson.A{"int", "long"}, "minimum": 0}
)

// object is the schema of a document that must have some fields and may have others.
func object(must, may bson.M) bson.M {
	required := bson.A{}
	for _, name := range slices.Sorted(maps.Keys(must)) {
		required = append(required, name)
	}
	properties := maps.Clone(must)
	maps.Copy(properties, may)
	return bson.M{"bsonType": "object", "required": required, "properties": properties}
}

func optionally(all ...bson.M) bson.M {
	properties := bson.M{}
	for _, some := range all {
		maps.Copy(properties, some)
	}
	return properties
}
