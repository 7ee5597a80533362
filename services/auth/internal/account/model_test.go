package account_test

import (
	"flag"
	"math/rand/v2"
	"testing"

	"crm.example/pkg/finding"
)

var (
	modelSeed      = flag.Uint64("model.seed", 0, "seed of the model test; 0 chooses one")
	modelHistories = flag.Uint64("model.histories", 500, "how many histories the model test plays; nightly plays 100,000")
)

// TestModel plays random interleavings of login, refresh, logout, reset, change of role and sweep against the
// real store and the real registry, with crashes, outages, lost answers, lost registries, thieves
// and passing time between any two port calls, and checks that no order leaves a live token behind and
// none logs a rightful client out. A failure prints its seed and its history.
func TestModel(t *testing.T) {
	t.Parallel()
	seed := *modelSeed
	if seed == 0 {
		seed = rand.Uint64()
	}
	const workers = 2
	for worker := range uint64(workers) {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			store := openStore(t)
			for history := worker; history < *modelHistories; history += workers {
				w := newWorld(store, "h", seed, history, func(p ports) ports { return p })
				if w.play(); w.violation != "" {
					finding.Fatalf(t, "with -model.seed=%d, in history %d: %s", seed, history, w)
				}
			}
		})
	}
}
