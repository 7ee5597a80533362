package account_test

import (
	"context"
	"fmt"
	"iter"
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
	now    time.Time
	id     string
	ids    int
	fault  func(ports) ports

	users   []*person
	clients []*client
	running []*operation
	started int
	mailed  string // the last PIN

	access    []account.AccessToken  // delivered to anybody
	refresh   []account.RefreshToken // delivered to anybody
	dead      map[string]bool        // sessions whose end was acknowledged
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
	revoked bool // it tried to end something

	unstoppable bool // nothing happens to it: recovery
	err         error
	finish      func(delivered bool) // tells the world what came of it
	epoch       int                  // of the user after the last update
}

func newWorld(store account.Store, seed, history uint64, fault func(ports) ports) *world {
	w := &world{
		store: store, mem: memory.New(), signer: newSigner(), rand: rand.New(rand.NewPCG(seed, history)),
		now: time.Now().UTC().Truncate(time.Millisecond), id: fmt.Sprint("h", history), fault: fault, dead: map[string]bool{},
	}
	for range 1 + w.rand.IntN(2) {
		p := &person{id: w.newID(), email: w.newID() + "@example.com", passwords: []string{"old"}, used: map[string]bool{}}
		hash := fmt.Sprintf("%d:old", 1+w.rand.IntN(2))
		u := account.User{ID: p.id, Name: "Client One", Email: p.email, Role: account.RoleClient, PasswordHash: hash}
		if err := store.CreateUser(context.Background(), u); err != nil {
			panic(err)
		}
		w.users = append(w.users, p)
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

// accounts are the use cases as one operation, or nobody's if o is nil, sees them.
func (w *world) accounts(o *operation) *account.Accounts {
	a := &account.Accounts{
		Store: w.store, Registry: w.registry(), Throttle: w.mem, Hasher: hasher{}, Signer: w.signer, PINs: pins{}, Mailer: w,
		Common: func(string) bool { return false }, NewID: w.newID, NewPIN: w.newPIN, Now: func() time.Time { return w.now },
		Limits: account.Limits{
			LoginPerAccount: 1e6, LoginPerAddress: 1e6, LoginWindow: time.Hour,
			ResetPerAddress: 1e6, AddressWindow: time.Hour, MailsPerHour: 1e6,
		},
	}
	if o != nil {
		p := w.fault(tap{w.store, w, o})
		a.Store, a.Registry = p, p
	}
	return a
}

func (w *world) newPIN() string { return fmt.Sprintf("%08d", w.rand.IntN(1e8)) }

// Send implements account.Mailer.
func (w *world) Send(_ context.Context, m account.Mail) error {
	w.mailed = m.PIN
	return nil
}

// begin starts an operation, which halts before its first port call. finish is called when it has returned.
func (w *world) begin(name string, run func(*account.Accounts) error, finish func(o *operation, delivered bool)) {
	w.started++
	o := &operation{number: w.started, name: name}
	o.finish = func(delivered bool) { finish(o, delivered) }
	o.next, o.stop = iter.Pull(func(yield func(string) bool) {
		defer func() {
			if r := recover(); r != nil && r != any(errCrash) {
				panic(r)
			}
		}()
		o.halt = yield
		o.err = run(w.accounts(o))
	})
	w.note("%d begins: %s", o.number, name)
	w.running = append(w.running, o)
	w.move(o)
}

// move lets an operation go on to its next port call, or to its end.
func (w *world) move(o *operation) {
	at, more := o.next()
	if more {
		w.note("%d halts before %s", o.number, at)
		return
	}
	delivered := w.rand.IntN(100) < 85
	w.note("%d ends, heard %t: %v", o.number, delivered, o.err)
	w.remove(o)
	o.finish(delivered)
}

// crash kills an operation where it stands.
func (w *world) crash(o *operation) {
	w.note("%d crashes", o.number)
	o.stop()
	w.remove(o)
	o.err = errCrash
	o.finish(false)
}

func (w *world) remove(o *operation) {
	for i, other := range w.running {
		if other == o {
			w.running = append(w.running[:i], w.running[i+1:]...)
			return
		}
	}
}

// play runs the history to its end and through recovery. It stops at the first violation.
func (w *world) play() {
	most := 6 + w.rand.IntN(8)
	for w.violation == "" && (w.started < most || len(w.running) > 0) {
		w.step(w.started < most)
		w.checkDead()
	}
	for len(w.running) > 0 { // only after a violation
		w.crash(w.running[0])
	}
	if w.violation == "" {
		w.recover()
	}
}

func (w *world) step(mayBegin bool) {
	dice := w.rand.IntN(100)
	switch {
	case mayBegin && (len(w.running) == 0 || dice < 25 && len(w.running) < 4):
		w.beginAny()
	case len(w.running) == 0:
	case dice < 96:
		o := w.running[w.rand.IntN(len(w.running))]
		w.decide(o)
	case dice < 98:
		w.restart()
	default:
		w.elapse()
	}
}

// decide says what happens at the port call before which the operation halts.
func (w *world) decide(o *operation) {
	switch dice := w.rand.IntN(100); {
	case dice < 4:
		w.crash(o)
		return
	case dice < 6:
		o.order = failBefore
		w.note("%d: the engine is down", o.number)
	case dice < 8:
		o.order = failAfter
		w.note("%d: the engine's answer is lost", o.number)
	default:
		o.order = proceed
	}
	w.move(o)
}

// restart loses the registry, and mostly the process with it.
func (w *world) restart() {
	w.mem = memory.New()
	w.forgot++
	w.note("the registry is lost")
	if w.rand.IntN(3) > 0 {
		for len(w.running) > 0 {
			w.crash(w.running[0])
		}
	}
}

func (w *world) elapse() {
	times := []time.Duration{10 * time.Second, 40 * time.Second, 40 * time.Second, 5 * time.Minute, 16 * time.Minute}
	d := times[w.rand.IntN(len(times))]
	w.now = w.now.Add(d)
	w.note("%s pass", d)
}

// String is the history as it went.
func (w *world) String() string { return w.violation + "\n\t" + strings.Join(w.trace, "\n\t") }
