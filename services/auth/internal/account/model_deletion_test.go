package account_test

import (
	"context"
	"slices"
	"time"

	"crm.example/pkg/events"
	"crm.example/pkg/problem"
	"crm.example/services/auth/internal/account"
)

// user is the person's account, if it is still there.
func (w *world) user(p *person) (u account.User, there bool) {
	u, err := w.store.UserByID(context.Background(), p.id)
	if err != nil && !problem.Is(err, problem.NotFound) {
		panic(err)
	}
	return u, err == nil
}

// delete deletes an account with the password that is right as of now, or one that was.
func (w *world) delete(p *person) {
	password := w.remember(p)
	ended := w.endsAll(p)
	w.begin("deletion of "+p.id, func(a *account.Accounts) error {
		return a.DeleteAccount(context.Background(), "address", p.id, password)
	}, func(o *operation, _ bool) {
		p.ending--
		if o.err == nil {
			p.deleted = true
			ended(o)
		}
	})
}

// checkDeleted is the invariant of erasure: what was deleted stays so, and its tombstone goes only when no access JWT of
// the user counts any longer.
func (w *world) checkDeleted(p *person) {
	if _, there := w.user(p); there && p.deleted {
		w.violated("the deleted user %s is there", p.id)
	}
	if !w.gone[p.id] {
		return
	}
	for _, t := range w.access {
		if t.UserID == p.id && w.counts(t) {
			w.violated("access JWT %s counts, and the last trace of its user's deletion is gone", t.ID)
		}
	}
}

// checkTombstones wants none left after the second look, and no session that came after the first one.
func (w *world) checkTombstones() {
	w.now = w.now.Add(20 * time.Minute)
	if err := w.undisturbed().FinishErasures(context.Background()); err != nil {
		panic(err)
	}
	left, err := w.store.ErasedUsers(context.Background(), w.now.Add(time.Hour), 1000)
	if err != nil {
		panic(err)
	}
	for _, p := range w.users {
		if slices.ContainsFunc(left, func(t account.Tombstone) bool { return t.UserID == p.id }) {
			w.violated("after recovery the tombstone of %s is left", p.id)
		}
		if _, there := w.user(p); !there {
			w.checkNoSession(p)
		}
	}
}

func (w *world) checkNoSession(p *person) {
	for _, s := range w.begun {
		if s.UserID != p.id {
			continue
		}
		if _, err := w.store.SessionByID(context.Background(), s.ID); !problem.Is(err, problem.NotFound) {
			w.violated("after the second look session %s of the deleted user %s is left: %v", s.ID, p.id, err)
		}
	}
}

// forget is the service's own erasure, and before it the relay, which is no step of the model.
func (w *world) forget() {
	w.relay()
	w.begin("erasure", func(a *account.Accounts) error {
		return a.FinishErasures(context.Background())
	}, func(*operation, bool) {})
}

func (w *world) relay() {
	box := w.store.(interface {
		Waiting(ctx context.Context, before time.Time, limit int) ([]string, error)
		Pending(ctx context.Context, documents []string, limit int) ([]events.Message, error)
		MarkPublished(ctx context.Context, published []events.Message) error
	})
	var ids []string
	for _, p := range w.users {
		ids = append(ids, p.id)
	}
	msgs, err := box.Pending(context.Background(), ids, 1000)
	if err == nil && len(msgs) > 0 {
		err = box.MarkPublished(context.Background(), msgs)
	}
	if err != nil {
		panic(err)
	}
}

func (p tap) ErasedUsers(ctx context.Context, now time.Time, limit int) ([]account.Tombstone, error) {
	return call(p, "ErasedUsers", func() ([]account.Tombstone, error) { return p.Store.ErasedUsers(ctx, now, limit) })
}

func (p tap) PostponeTombstone(ctx context.Context, userID string, until time.Time) error {
	return p.do("PostponeTombstone", func() error { return p.Store.PostponeTombstone(ctx, userID, until) })
}

func (p tap) ClearTombstoneRevocation(ctx context.Context, userID string) error {
	return p.do("ClearTombstoneRevocation", func() error { return p.Store.ClearTombstoneRevocation(ctx, userID) })
}

func (p tap) RemoveTombstone(ctx context.Context, userID string) error {
	return p.do("RemoveTombstone", func() error {
		err := p.Store.RemoveTombstone(ctx, userID)
		p.w.gone[userID] = p.w.gone[userID] || err == nil
		return err
	})
}

func (p tap) RemoveSessions(ctx context.Context, userID string) error {
	return p.do("RemoveSessions", func() error { return p.Store.RemoveSessions(ctx, userID) })
}

// Scrub is no step of the model, nor are mails and streams.
func (p tap) Scrub(context.Context) error { return nil }

type nowhere struct{}

func (nowhere) Send(context.Context, account.Mail) error      { return nil }
func (nowhere) Forget(context.Context, string) error          { return nil }
func (nowhere) RemoveBefore(context.Context, time.Time) error { return nil }

// blindSweep overlooks the marks of deleted users, as a query for living ones would.
type blindSweep struct{ ports }

func (f blindSweep) UsersPendingRevocation(ctx context.Context, limit int) ([]account.User, error) {
	users, err := f.ports.UsersPendingRevocation(ctx, limit)
	return slices.DeleteFunc(users, func(u account.User) bool { return !u.DeletedAt.IsZero() }), err
}

// clearedEarly has the sweep clear a tombstone's mark before it revokes.
type clearedEarly struct{ ports }

func (f clearedEarly) UsersPendingRevocation(ctx context.Context, limit int) ([]account.User, error) {
	users, err := f.ports.UsersPendingRevocation(ctx, limit)
	for _, u := range users {
		if err == nil && !u.DeletedAt.IsZero() {
			err = f.ports.ClearTombstoneRevocation(ctx, u.ID)
		}
	}
	return users, err
}

// unmarkedTombstone deletes without noting that the registry has to be told.
type unmarkedTombstone struct{ ports }

func (f unmarkedTombstone) UpdateUser(ctx context.Context, id string, change func(*account.User) error) (account.User, error) {
	return f.ports.UpdateUser(ctx, id, func(u *account.User) error {
		err := change(u)
		u.RevocationPending = u.RevocationPending && u.DeletedAt.IsZero()
		return err
	})
}
