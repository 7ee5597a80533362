package mongostore_test

import (
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"

	"crm.example/pkg/testenv"
	"crm.example/services/ticket/internal/announce"
)

// Ten replicas start at once on an empty database, and again on a full one.
func TestTenReplicasStartAtOnce(t *testing.T) {
	t.Parallel()
	for name, on := range servers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			uri := on.shared(t)
			for range 2 {
				var all sync.WaitGroup
				for range 10 {
					s := open(t, uri, announce.Message)
					all.Go(func() {
						if err := s.Ready(t.Context()); err != nil {
							t.Error(err)
						}
					})
				}
				all.Wait()
			}
			names, err := database(t, uri).ListCollectionNames(t.Context(), bson.M{})
			if slices.Sort(names); err != nil || !slices.Equal(names, []string{"counters", "erasedClients", "meta", "people", "savedReplies", "tickets"}) {
				t.Errorf("the collections are %v, %v", names, err)
			}
		})
	}
}

// Documents that no version of the service would write are refused by the server.
func TestValidators(t *testing.T) {
	t.Parallel()
	uri := testenv.MongoDB(t)
	awaitReady(t, open(t, uri, announce.Message))
	for collection, documents := range map[string][]bson.M{
		"tickets": {
			{"_id": "t1", "clientId": "c1", "version": "1", "deletedAt": time.Now()},
			{"_id": "t1", "clientId": "c1", "version": 1}, // neither a ticket nor a tombstone
		},
		"erasedClients": {
			{"_id": "c1", "round": 1},
			{"_id": "c1", "round": 0, "at": time.Now()},
			{"_id": "c1", "round": 1, "at": "today"},
			{"_id": "c1", "round": 1, "at": time.Now(), "dueAt": "soon"},
			{"_id": 1, "round": 1, "at": time.Now()},
		},
		"savedReplies": {
			{"_id": "r1", "name": "Thanks"},
			{"_id": 1, "name": "Thanks", "message": "Thank you."},
		},
		"people": {
			{"_id": "u1", "name": "Agent One", "email": "agent@example.com", "role": "agent"},
			{"_id": "u1", "name": "Agent One", "email": "agent@example.com", "role": "agent", "sequence": "1"},
			{"_id": 1, "name": "Agent One", "email": "agent@example.com", "role": "agent", "sequence": 1},
		},
	} {
		for _, document := range documents {
			_, err := database(t, uri).Collection(collection).InsertOne(t.Context(), document)
			var refused driver.WriteException
			if !errors.As(err, &refused) || !refused.HasErrorCode(121) {
				t.Errorf("%s took %v: %v", collection, document, err)
			}
		}
	}
}
