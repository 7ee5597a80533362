//go:build chaos

package events_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"testing"
	"time"

	"crm.example/e2e/crm"
	"crm.example/pkg/crash"
	"crm.example/pkg/events"
	"crm.example/pkg/finding"
)

// Members change their names all the time, with hardly a pause: else no two of their events would go out in a batch. Others sign up
// meanwhile, which takes the hash of a password, for which a service that is killed again and again seldom has the time.
const (
	members     = 8
	joining     = 2
	fewerPasses = 3 // of a point before the crash, at most
)

// authKilled has an auth service end at each of the points in turn, as killed does with a ticket service, while people sign up
// and change their names. Nobody deletes an account here: that would erase what is counted.
func (r *rig) authKilled(t *testing.T) {
	rounds := max(2, times()/10)
	l, consumer, from := newLedger(), consume(t, r.NATSURL, (*consumer).users), r.end(t, events.UserStream)+1
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var writing, signingUp sync.WaitGroup
	signingUp.Add(members)
	for n := range members + joining {
		w := &writer{doors: r.replicasOf("auth"), ledger: l, name: fmt.Sprint("Member ", n), http: &http.Client{Transport: &http.Transport{}}}
		w.refused = func(err error) { t.Error(err) }
		life := w.membership(signingUp.Done)
		if n >= members {
			life = w.join
		}
		writing.Go(func() { w.run(ctx, life) })
	}
	signingUp.Wait()
	service := r.Service("auth", 0)
	for _, point := range crash.Points {
		for range rounds {
			if !r.crash(t, service, point, 1+rand.N(fewerPasses)) {
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
		finding.Errorf(t, "on %s: %s", r.store, a)
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

// membership signs up, logs in, says so, and changes its name until ctx ends. Nobody else changes the account.
func (w *writer) membership(signedUp func()) func(context.Context) error {
	return func(ctx context.Context) error {
		name, err := w.signUp()
		for begun := time.Now(); err == nil && w.person.token() == "" && time.Since(begun) < abandoned; time.Sleep(pause) {
			w.person.renew()
		}
		signedUp()
		for err == nil && ctx.Err() == nil {
			time.Sleep(rand.N(pause))
			next := w.mark("is renamed")
			_, err = w.insist(name, "updated", next, http.MethodPatch, "/v1/user", crm.Fields{"name": next})
		}
		return err
	}
}

// join signs up and does no more. That it gives up is no finding: then nothing was acknowledged.
func (w *writer) join(context.Context) error {
	if _, err := w.signUp(); !errors.Is(err, errAbandoned) {
		return err
	}
	return nil
}

// signUp makes an account. It logs in at the replica that is not killed, if there is one.
func (w *writer) signUp() (name string, err error) {
	name, email := w.mark("signs up"), crm.Email("member")
	w.person = newPerson(w.doors[len(w.doors)-1], &crm.Person{User: crm.User{User: events.User{Email: email}}})
	_, err = w.insist(name, "registered", name, http.MethodPost, "/v1/user", crm.Fields{"name": name, "email": email, "password": crm.Password})
	return name, err
}
