package mongotest

import "go.mongodb.org/mongo-driver/v2/mongo/options"

// Patient has a store look for its server as long as a call may take: on a busy machine the first answer comes late, and only
// a test that takes the server away is about that.
func Patient() *options.ClientOptions {
	return options.Client().SetServerSelectionTimeout(mostPatient).SetConnectTimeout(mostPatient)
}
