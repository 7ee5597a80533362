package mongostore_test

import (
	"testing"

	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"crm.example/pkg/testenv"
	"crm.example/services/auth/internal/announce"
	"crm.example/services/auth/internal/store/mongostore"
	"crm.example/services/auth/internal/store/storetest"
)

func open(t testing.TB, uri string, more ...*options.ClientOptions) *mongostore.Store {
	t.Helper()
	s, err := mongostore.Open(uri, announce.Message, more...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// servers are the two kinds that the store runs on alike.
var servers = map[string]func(testing.TB) string{"standalone": testenv.MongoDB, "replica set": testenv.ReplicaSet}

func TestConformance(t *testing.T) {
	t.Parallel()
	for name, database := range servers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			storetest.Run(t, func(t *testing.T) storetest.Open {
				uri := database(t)
				return func(t *testing.T) storetest.Store { return open(t, uri) }
			})
		})
	}
}
