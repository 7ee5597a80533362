package mongotest

import (
	"time"

	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// longest is how long a call may take.
const longest = 5 * time.Second

// Patient has a store look for its server as long as a call may take: on a busy machine the first answer comes late, and only
// a test that takes the server away is about that.
func Patient() *options.ClientOptions {
	return options.Client().SetServerSelectionTimeout(longest).SetConnectTimeout(longest)
}
