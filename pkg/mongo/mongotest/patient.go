package mongotest

import (
	"time"

	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// Patient waits for a server that a busy machine keeps from answering longer than a request would: a test that takes no
// server away is not about that.
func Patient() *options.ClientOptions {
	return options.Client().SetServerSelectionTimeout(30 * time.Second)
}
