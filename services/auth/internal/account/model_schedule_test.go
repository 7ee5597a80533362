package account_test

import (
	"iter"
	"slices"
	"time"

	"crm.example/pkg/registry/memory"
	"crm.example/services/auth/internal/account"
)

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
	w.running = slices.DeleteFunc(w.running, func(other *operation) bool { return other == o })
}

// play runs the history to its end and through recovery. It stops at the first violation.
func (w *world) play() {
	for w.violation == "" && (w.started < w.habits.operations || len(w.running) > 0) {
		w.step(w.started < w.habits.operations)
		w.checkDead()
	}
	w.crashAll() // only after a violation is anything left
	if w.violation == "" {
		w.recover()
	}
}

func (w *world) step(mayBegin bool) {
	dice := w.rand.IntN(100)
	switch {
	case mayBegin && (len(w.running) == 0 || dice < 40 && len(w.running) < 4):
		w.beginAny()
	case len(w.running) > 0 && dice < 98:
		w.decide(w.pick())
	default:
		w.restart()
	}
}

// pick chooses who moves: in some histories mostly the same again, so that one operation gets far while another waits.
func (w *world) pick() *operation {
	if w.last == nil || !slices.Contains(w.running, w.last) || w.rand.IntN(100) >= w.habits.stick {
		w.last = w.running[w.rand.IntN(len(w.running))]
	}
	return w.last
}

// decide says what happens at the port call before which the operation halts.
func (w *world) decide(o *operation) {
	crash := w.habits.crash
	if o.wrote {
		crash *= 4 // where half of the work is done
	}
	switch dice := w.rand.IntN(100); {
	case dice < crash:
		w.crash(o)
		return
	case dice < crash+2:
		o.order = failBefore
		w.note("%d: the engine is down", o.number)
	case dice < crash+4:
		o.order = failAfter
		w.note("%d: the engine's answer is lost", o.number)
	default:
		o.order = proceed
	}
	w.move(o)
}

// restart loses the registry, or kills the process with all that it was doing, or both.
func (w *world) restart() {
	what := w.rand.IntN(3)
	if what != 0 {
		w.mem = memory.New()
		w.forgot++
		w.note("the registry is lost")
	}
	if what != 1 {
		w.crashAll()
	}
}

func (w *world) crashAll() {
	for len(w.running) > 0 {
		w.crash(w.running[0])
	}
}

func (w *world) elapse() {
	times := []time.Duration{10 * time.Second, 40 * time.Second, 40 * time.Second, 5 * time.Minute, 16 * time.Minute}
	d := times[w.rand.IntN(len(times))]
	w.now = w.now.Add(d)
	w.note("%s pass", d)
}
