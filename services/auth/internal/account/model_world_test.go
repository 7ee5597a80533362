package account_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"crm.example/pkg/registry/memory"
	"crm.example/services/auth/internal/account"
)

// world is one history: a registry, a few users of a store, their clients and thieves, and the operations
// under way, one of which moves at a time, by one port call. All choices come from one seeded source.
type world struct {
	store  account.Store
	mem    *memory.Registry
	forgot int // how often the registry lost or revoked anything
	signer *signer
	rand   *rand.Rand
	habits habits
	now    time.Time
	id     string
	ids    int
	fault  func(ports) ports

	users   []*person
	clients []*client
	running []*operation
	last    *operation // that moved
	started int

	access    []account.AccessToken  // delivered to anybody
	refresh   []account.RefreshToken // delivered to anybody
	dead      map[string]bool        // sessions whose end was acknowledged
	gone      map[string]bool        // users whose tombstone was removed
	deletedAt map[string]time.Time   // users, acknowledged or not
	begun     []account.Session      // all that no second look can have been too early for
	trace     []string
	violation string
}

// person is a user. endings counts the operations that end all sessions and were begun.
type person struct {
	id, email string
	passwords []string // that may be right
	dead      int      // epochs below this one ended, acknowledged
	endings   int
	ending    int             // those under way
	pin       string          // the last one mailed
	used      map[string]bool // PINs whose use was acknowledged
	deleted   bool            // acknowledged
}

// client is the rightful holder of a session. It asks with its newest refresh token until it gets an answer.
type client struct {
	*person
	session string
	access  account.AccessToken
	refresh account.RefreshToken
	asking  int       // refreshes under way, one a tab,
	asked   int       // with this generation
	since   time.Time // when the newest token was first presented; zero if it was not
	excused bool      // somebody else may have ended the session
}

// operation is a use case under way.
type operation struct {
	number  int
	name    string
	order   order
	halt    func(at string) bool // halts until the scheduler goes on; false: the process died
	next    func() (string, bool)
	stop    func()
	wrote   bool // with its last call
	revoked bool // it tried to end something

	unstoppable bool // nothing happens to it: recovery
	err         error
	finish      func(delivered bool) // tells the world what came of it
	epoch       int                  // of the user after the last update
}

func newWorld(store account.Store, name string, seed, history uint64, fault func(ports) ports) *world {
	w := &world{
		store: store, mem: memory.New(), signer: newSigner(), rand: rand.New(rand.NewPCG(seed, history)),
		now: time.Now().UTC().Truncate(time.Millisecond), id: fmt.Sprint(name, history), fault: fault, dead: map[string]bool{}, gone: map[string]bool{}, deletedAt: map[string]time.Time{},
	}
	w.habits = newHabits(w.rand)
	for range w.habits.users {
		p := &person{id: w.newID(), email: w.newID() + "@example.com", passwords: []string{"old"}, used: map[string]bool{}}
		u := account.User{ID: p.id, Name: "Client One", Email: p.email, Role: account.RoleClient, PasswordHash: "1:0:old"}
		if err := store.CreateUser(context.Background(), u); err != nil {
			panic(err)
		}
		w.users = append(w.users, p)
		w.arrive(p)
	}
	return w
}

func (w *world) newID() string { w.ids++; return fmt.Sprintf("%s-%d", w.id, w.ids) }

func (w *world) registry() tokens { return tokens{w.mem} }

func (w *world) note(format string, args ...any) {
	w.trace = append(w.trace, fmt.Sprintf(format, args...))
}

func (w *world) violated(format string, args ...any) {
	if w.violation == "" {
		w.violation = fmt.Sprintf(format, args...)
	}
}

// String is the history as it went.
func (w *world) String() string { return w.violation + "\n\t" + strings.Join(w.trace, "\n\t") }

// accounts are the use cases as one operation sees them.
func (w *world) accounts(o *operation) *account.Accounts {
	p := w.fault(tap{w.store, w, o})
	return &account.Accounts{
		Store: p, Registry: p, Throttle: w.mem, Hasher: hasher{cost: w.habits.cost, salt: w.newID}, Signer: w.signer,
		PINs: pins{}, Mailer: nowhere{}, Announced: nowhere{}, Common: func(string) bool { return false }, NewID: w.newID, Now: func() time.Time { return w.now },
		Limits: account.Limits{
			LoginPerAccount: 1e6, LoginPerAddress: 1e6, LoginWindow: time.Hour,
			ResetPerAddress: 1e6, AddressWindow: time.Hour, RefreshPerSession: 1e6,
		},
	}
}
