package account_test

import (
	"math/rand/v2"
	"testing"

	"crm.example/pkg/finding"
	"crm.example/pkg/mongo/mongotest"
	"crm.example/pkg/testenv"
	"crm.example/services/auth/internal/announce"
	"crm.example/services/auth/internal/store/mongostore"
)

// TestModelOverMongoDB plays a tenth of TestModel's histories over the store that several processes share.
func TestModelOverMongoDB(t *testing.T) {
	t.Parallel()
	store, err := mongostore.Open(testenv.MongoDB(t), announce.Message, mongotest.Patient())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	seed := *modelSeed
	if seed == 0 {
		seed = rand.Uint64()
	}
	for history := range *modelHistories / 10 {
		w := newWorld(store, "h", seed, history, func(p ports) ports { return p })
		if w.play(); w.violation != "" {
			finding.Fatalf(t, "with -model.seed=%d, in history %d: %s", seed, history, w)
		}
	}
}
