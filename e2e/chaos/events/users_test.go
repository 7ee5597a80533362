//go:build chaos

package events_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"testing"
	"time"

	"crm.example/e2e/crm"
	"crm.example/pkg/crash"
	"crm.example/pkg/events"
)

// members sign up at once: fewer than writers, since each needs two hashes of a password.
const members = 4

// authKilled has an auth service end at each of the points in turn, as killed does with a ticket service, while people sign up
// and change their names. Nobody deletes an account here: that would erase what is counted.
func (r *rig) authKilled(t *testing.T) {
	rounds := max(2, times()/10)
	l, consumer, from := newLedger(), consume(t, r.NATSURL, (*consumer).users), r.end(t, events.UserStream)+1
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var writing sync.WaitGroup
	for n := range members {
		w := &writer{doors: r.replicasOf("auth"), ledger: l, name: fmt.Sprint("Member ", n), http: &http.Client{Transport: &http.Transport{}}}
		w.refused = func(err error) { t.Error(err) }
		writing.Go(func() { w.run(ctx, w.membership) })
	}
	service := r.Service("auth", 0)
	for _, point := range crash.Points {
		for range rounds {
			if !r.crash(t, service, point) {
				break
			}
		}
	}
	r.restart(t, service)
	time.Sleep(time.Second)
	stop()
	writing.Wait()
	a := r.settleUsers(t, l, consumer, from)
	t.Log(a)
	if a.wrong() > 0 {
		t.Errorf("on %s: %s", r.store, a)
	}
	r.note("kill -9 of auth, at each of the six points", len(crash.Points)*rounds, outcome{audit: a})
}

// settleUsers is settle for the events of users.
func (r *rig) settleUsers(t *testing.T, l *ledger, c *consumer, from uint64) (a audit) {
	t.Helper()
	look := func() {
		stream := heards(r.read(t, events.UserStream, events.UserSubjects, from))
		a = l.compare(stream)
		a.Twice, a.Unheard = c.compare(stream)
	}
	look()
	for begun := time.Now(); a.Silent+a.Unheard > 0 && time.Since(begun) < settleWithin; time.Sleep(200 * time.Millisecond) {
		look()
	}
	time.Sleep(quiet)
	look()
	return a
}

// membership is the life of an account. Nobody else changes it.
func (w *writer) membership(ctx context.Context) error {
	name, email := w.mark("signs up"), crm.Email("member")
	w.person = newPerson(w.doors[rand.N(len(w.doors))], &crm.Person{User: crm.User{Email: email}})
	if _, err := w.insist(name, "registered", name, http.MethodPost, "/v1/user", crm.Fields{"name": name, "email": email, "password": crm.Password}); err != nil {
		return err
	}
	for range rand.N(longest) {
		if ctx.Err() != nil {
			return nil
		}
		time.Sleep(rand.N(thinking))
		next := w.mark("is renamed")
		if _, err := w.insist(name, "updated", next, http.MethodPatch, "/v1/user", crm.Fields{"name": next}); err != nil {
			return err
		}
	}
	return nil
}
