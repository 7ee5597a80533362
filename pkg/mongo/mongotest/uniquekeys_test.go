package mongotest_test

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"testing"

	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"crm.example/pkg/mongo/mongotest"
	"crm.example/pkg/testenv"
)

// TestMissing prints what the stores' tests leave out on this machine's server: `make test` ends with it.
func TestMissing(t *testing.T) {
	t.Parallel()
	u, err := url.Parse(testenv.MongoDB(t))
	if err != nil {
		t.Fatal(err)
	}
	client, err := driver.Connect(options.Client().ApplyURI(u.String()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Disconnect(context.Background()) })
	if !mongotest.FreesUniqueKeys(t, client.Database(strings.Trim(u.Path, "/"))) {
		fmt.Println(mongotest.KeepsUniqueKeys)
	}
}
