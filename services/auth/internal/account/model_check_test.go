package account_test

import (
	"context"
	"slices"
	"strings"
	"time"

	"crm.example/pkg/problem"
	"crm.example/services/auth/internal/account"
)

// checkDead is the invariant of every moment: no access JWT that anybody holds counts after the end of its
// session, or of all sessions of its user, was acknowledged.
func (w *world) checkDead() {
	for _, t := range w.access {
		if w.acknowledgedDead(t.SessionID, t.UserID, t.Epoch) && w.counts(t) {
			w.violated("access JWT %s of session %s counts, and the session's end was acknowledged", t.ID, t.SessionID)
		}
	}
	for _, p := range w.users {
		w.checkDeleted(p)
	}
}

func (w *world) acknowledgedDead(sessionID, userID string, epoch int) bool {
	i := slices.IndexFunc(w.users, func(p *person) bool { return p.id == userID })
	return w.dead[sessionID] || epoch < w.users[i].dead
}

func (w *world) counts(t account.AccessToken) bool {
	ok, err := w.mem.Accept(context.Background(), t.UserID, t.ID)
	if err != nil {
		panic(err)
	}
	return ok && w.now.Before(t.ExpiresAt)
}

// use says whether a refresh token may still yield tokens.
type use int

const (
	allowed         use = iota
	whileRemembered     // forbidden as long as the registry loses and revokes nothing
	never
)

// usefulness reads the store behind the back of whoever presents the token next. What is forbidden now stays so,
// since generations only grow and what has ended does not live again.
func (w *world) usefulness(t account.RefreshToken) use {
	s, err := w.store.SessionByID(context.Background(), t.SessionID)
	if problem.Is(err, problem.NotFound) { // removed with its user
		return never
	}
	if err != nil {
		panic(err)
	}
	age := w.now.Sub(s.RotatedAt)
	accepted, err := w.mem.Accepted(context.Background(), s.UserID, s.ID, s.Generation)
	switch {
	case err != nil:
		panic(err)
	case w.acknowledgedDead(s.ID, s.UserID, s.Epoch), t.Generation < s.Generation-1:
		return never
	case t.Generation == s.Generation-1 && age > 15*time.Minute:
		return never
	case t.Generation == s.Generation-1 && age > 30*time.Second && accepted:
		return whileRemembered
	}
	return allowed
}

// checkPassword is the invariant of hashes: a login makes a hash dearer, and never brings an old password back.
func (w *world) checkPassword(o *operation, before, after string) {
	if strings.HasPrefix(o.name, "login") && hashed(before) != hashed(after) {
		w.violated("%d: a login changed the password from %s to %s", o.number, before, after)
	}
}

// checkSession is the invariant of what is stored: a session comes to each generation once, and does not live again.
func (w *world) checkSession(o *operation, before, after account.Session) {
	if !after.RotatedAt.Equal(before.RotatedAt) && after.Generation != before.Generation+1 {
		w.violated("%d: session %s was rotated from generation %d to %d", o.number, after.ID, before.Generation, after.Generation)
	}
	if !before.EndedAt.IsZero() && after.EndedAt.IsZero() {
		w.violated("%d: session %s lives again", o.number, after.ID)
	}
}

// recover is what happens after the last crash: one sweep that may crash itself, and one that is undisturbed.
// Then what counts must be alive, what has ended must yield nothing, and a rightful client must get on.
func (w *world) recover() {
	w.sweep()
	for steps := w.rand.IntN(8); steps > 0 && len(w.running) > 0; steps-- {
		w.decide(w.running[0])
	}
	w.crashAll()
	if err := w.undisturbed().SweepRevocations(context.Background()); err != nil {
		panic(err)
	}
	w.relay()
	if err := w.undisturbed().FinishErasures(context.Background()); err != nil {
		panic(err)
	}
	w.note("recovered")
	alive := w.alive()
	for _, t := range w.access {
		if !alive[t.SessionID] && w.counts(t) {
			w.violated("after recovery access JWT %s counts, and its session %s has ended", t.ID, t.SessionID)
		}
	}
	for _, t := range w.refresh {
		if alive[t.SessionID] {
			continue
		}
		if _, err := w.undisturbed().Refresh(context.Background(), t); err == nil {
			w.violated("after recovery the refresh token of ended session %s, generation %d, yields tokens", t.SessionID, t.Generation)
		}
	}
	for _, c := range w.clients {
		w.getsOn(c)
	}
	w.checkTombstones()
}

func (w *world) undisturbed() *account.Accounts {
	return w.accounts(&operation{name: "recovery", unstoppable: true})
}

// alive tells which sessions that anybody holds live on.
func (w *world) alive() map[string]bool {
	epochs, alive := map[string]int{}, map[string]bool{}
	for _, p := range w.users {
		epochs[p.id] = -1
		if u, there := w.user(p); there {
			epochs[p.id] = u.SessionEpoch
		}
	}
	for _, c := range w.clients {
		s, err := w.store.SessionByID(context.Background(), c.session)
		if err != nil && !problem.Is(err, problem.NotFound) {
			panic(err)
		}
		alive[c.session] = err == nil && s.EndedAt.IsZero() && s.Epoch == epochs[s.UserID]
	}
	return alive
}

// getsOn has a client that nobody meddled with refresh once more and use what it gets.
func (w *world) getsOn(c *client) {
	if c.excused || !c.since.IsZero() && w.now.Sub(c.since) > account.AccessLifetime {
		return
	}
	got, err := w.undisturbed().Refresh(context.Background(), c.refresh)
	if problem.Is(err, problem.Unavailable) {
		panic(err)
	}
	if err != nil || !w.counts(w.signer.access[got.AccessJWT]) {
		w.violated("after recovery the rightful client of session %s does not get on: %v", c.session, err)
	}
}
