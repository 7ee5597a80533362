package mongostore

import (
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"

	"crm.example/pkg/mongo"
	"crm.example/services/auth/internal/account"
	"crm.example/services/auth/internal/store/document"
)

// The collections. meta, with the schema's number, is pkg/mongo's.
const (
	users    = "users"
	sessions = "sessions"
	requests = "resetRequests"
	keys     = "keys"
)

// The indexes, by the names that queries use.
const (
	emailIndex      = "email"
	revocationIndex = "revocationPending"
	expiryIndex     = "expiry"
	dueIndex        = "due"
	ageIndex        = "age"
	erasureIndex    = "erasure"
	userIndex       = "userId"
	roleIndex       = "role"
)

// schema is what the database must have. A change raises its number. Documents of the version before must stay valid, since
// that version runs beside this one for a while.
var schema = mongo.Schema{Number: 4, Collections: []mongo.Collection{
	{Name: users, Validator: userValidator(), Indexes: []mongo.Index{
		// A tombstone has no email, so that its email is free again.
		{Name: emailIndex, Keys: ascending("email"), Unique: true, Partial: bson.D{{Key: "email", Value: bson.D{{Key: "$exists", Value: true}}}}},
		pendingRevocations, mongo.OutboxIndex,
		{Name: erasureIndex, Keys: ascending("erasing", "_id"), Partial: bson.D{{Key: "erasing", Value: true}}},
		{Name: roleIndex, Keys: ascending("role")},
	}},
	{Name: sessions, Validator: mongo.Validator(document.Session{}), Indexes: []mongo.Index{expiry, pendingRevocations, {Name: userIndex, Keys: ascending("userId")}}},
	{Name: requests, Validator: mongo.Validator(document.ResetRequest{}), Indexes: []mongo.Index{expiry, {Name: dueIndex, Keys: ascending("dueAt", "_id")}}},
	{Name: keys, Validator: mongo.Validator(document.Key{}), Indexes: []mongo.Index{{Name: ageIndex, Keys: ascending("createdAt", "_id")}}},
}}

// userValidator accepts users, and tombstones, which have no role.
func userValidator() bson.M {
	schema := mongo.Validator(stored{})
	mongo.Properties(schema)["role"] = bson.M{"enum": append(slices.Clone(account.Roles), "")}
	return schema
}

var pendingRevocations = mongo.Index{
	Name: revocationIndex, Keys: ascending("revocationPending", "_id"), Partial: bson.D{{Key: "revocationPending", Value: true}},
}

// expiry makes MongoDB remove expired documents if no service runs that does it. It is an hour late: the server's clock may be
// ahead of the services', and RemoveExpired does it at the exact time.
var expiry = mongo.Index{Name: expiryIndex, Keys: ascending("expiresAt"), ExpireAfter: hour()}

func hour() *int32 {
	seconds := int32(3600)
	return &seconds
}

func ascending(fields ...string) bson.D {
	var fieldsAscending bson.D
	for _, f := range fields {
		fieldsAscending = append(fieldsAscending, bson.E{Key: f, Value: 1})
	}
	return fieldsAscending
}
