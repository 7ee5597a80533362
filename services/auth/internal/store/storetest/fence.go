package storetest

import (
	"fmt"
	"testing"

	"github.com/nats-io/nats.go/jetstream"

	"crm.example/pkg/events"
	"crm.example/pkg/outbox/outboxtest"
	"crm.example/pkg/testenv"
	"crm.example/services/auth/internal/account"
)

// Two processes with one outbox, one of which stands still, put nothing into the stream twice.
func pausedRelay(t *testing.T, open Open) {
	for i, known := range []bool{false, true} {
		js := got[jetstream.JetStream](t)(jetstream.New(testenv.NATS(t)))
		s := open(t)
		var ids []string
		for n := range 5 {
			u := client(fmt.Sprintf("u%d%d", i, n))
			u.Sequence = 0
			must(t, s.CreateUser(t.Context(), u))
			ids = append(ids, u.ID)
		}
		outboxtest.PausedRelay(t, js, events.UserStream, s, ids, known, func() (last int) {
			for _, id := range ids {
				last = got[account.User](t)(s.UpdateUser(t.Context(), id, func(u *account.User) error {
					u.Sequence++
					u.Events = append(u.Events, event(*u, account.Updated, u.Sequence))
					return nil
				})).Sequence
			}
			return last
		})
	}
}
