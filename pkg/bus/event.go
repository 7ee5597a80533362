package bus

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"crm.example/pkg/events"
)

var (
	errLost       = errors.New("NATS was away for too long: another process may have the event by now")
	errErased     = errors.New("the event was erased while it waited for its handler")
	errUnanswered = errors.New("delivered many times without an answer: it may end the process that handles it")
)

// receive handles one event: it is acknowledged, given back for later, or becomes a dead letter.
func (l *loop) receive(ctx context.Context, msg jetstream.Msg) {
	meta, err := msg.Metadata()
	if err != nil {
		return // not from a stream, so there is nothing to acknowledge
	}
	task, err := l.open(msg.Data())
	switch {
	case errors.Is(err, events.ErrOtherType), err == nil && l.repeated(task.about):
		l.acknowledge(ctx, msg, meta)
	case err != nil:
		l.setAside(ctx, msg, meta, task.about, err)
	case meta.NumDelivered > uint64(2*l.c.Limit):
		l.setAside(ctx, msg, meta, task.about, l.lastReason(task.about))
	default:
		l.conclude(ctx, msg, meta, task.about, l.try(ctx, msg, meta, task))
	}
}

func (l *loop) conclude(ctx context.Context, msg jetstream.Msg, meta *jetstream.MsgMetadata, about events.Meta, err error) {
	switch {
	case err == nil:
		l.remember(about)
		l.acknowledge(ctx, msg, meta)
	case ctx.Err() != nil, errors.Is(err, errLater), errors.Is(err, errLost), errors.Is(err, errErased): // not for this process
		_ = msg.Nak()
	case meta.NumDelivered >= uint64(l.c.Limit):
		l.setAside(ctx, msg, meta, about, err)
	default:
		l.last = failure{event: about.ID, reason: err}
		l.c.Log.WarnContext(ctx, "An event could not be handled", "durable", l.c.Durable, "event", about.ID, "type", about.Type,
			"delivery", meta.NumDelivered, "reason", err)
		_ = msg.NakWithDelay(backOff(l.c.First, l.c.Longest, int(meta.NumDelivered)))
	}
}

// try calls the handler until it returns something else than Later, or ctx ends, or the event is gone from the stream: the
// text of a deleted user must not be mailed when the mail server is back.
func (l *loop) try(ctx context.Context, msg jetstream.Msg, meta *jetstream.MsgMetadata, t task) error {
	held, release := l.hold(ctx, msg)
	defer release()
	for failures := 1; ; failures++ {
		err := l.call(ctx, held, t)
		if !errors.Is(err, errLater) || ctx.Err() != nil {
			return err
		}
		if failures%10 == 1 {
			l.c.Log.WarnContext(ctx, "Events wait for their handler", "durable", l.c.Durable, "event", t.about.ID, "reason", err)
		}
		if !wait(ctx, held, backOff(l.c.First, l.c.Longest, failures)) {
			return err
		}
		if l.erased(ctx, meta.Sequence.Stream) {
			return errErased
		}
	}
}

// wait is false if ctx ended, or if another process may have the event by now.
func wait(ctx, held context.Context, pause time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-held.Done():
		return false
	case <-time.After(pause):
		return true
	}
}

// erased is false if the stream does not answer.
func (l *loop) erased(ctx context.Context, sequence uint64) bool {
	ctx, cancel := context.WithTimeout(ctx, l.c.ackWithin)
	defer cancel()
	_, err := l.stream.GetMsg(ctx, sequence)
	return errors.Is(err, jetstream.ErrMsgNotFound)
}

// call gives the handler a context of its own, which ends Grace after ctx, or when another process may have the event.
func (l *loop) call(ctx, held context.Context, t task) (err error) {
	l.calls.Lock()
	defer l.calls.Unlock()
	switch { // it may have changed while this call waited
	case held.Err() != nil:
		return errLost
	case ctx.Err() != nil:
		return ctx.Err()
	}
	working, cancel := context.WithTimeout(held, l.c.Timeout)
	defer cancel()
	defer context.AfterFunc(ctx, func() { time.AfterFunc(l.c.Grace, cancel) })()
	defer func() {
		if p := recover(); p != nil {
			l.c.Log.ErrorContext(ctx, "A handler of events panicked", "durable", l.c.Durable, "event", t.about.ID, "panic", p, "stack", string(debug.Stack()))
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	if err = t.do(working); err != nil && errors.Is(context.Cause(working), errLost) {
		return errLost
	}
	return err
}

// hold prevents that another process gets the event, until it is released, even if ctx ends before. If it fails, the context
// that it returns ends with errLost as its cause.
func (l *loop) hold(ctx context.Context, msg jetstream.Msg) (held context.Context, release func()) {
	held, lose := context.WithCancelCause(context.WithoutCancel(ctx))
	go l.beat(held, msg, lose)
	return held, func() { lose(nil) }
}

// beat tells the server at intervals that the event is being handled.
func (l *loop) beat(ctx context.Context, msg jetstream.Msg, lose context.CancelCauseFunc) {
	ticks := time.NewTicker(l.c.beat)
	defer ticks.Stop()
	for last := time.Now(); ; {
		select {
		case <-ctx.Done():
			return
		case <-ticks.C:
		}
		if l.js.Conn().IsConnected() && msg.InProgress() == nil {
			last = time.Now()
		} else if time.Since(last) > l.c.AckWait {
			lose(errLost)
		}
	}
}
