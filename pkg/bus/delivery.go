package bus

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"crm.example/pkg/events"
)

const (
	publishFor = 5 * time.Second // how long one round may take from sending its events to their removal
	mostStale  = 4               // rounds that other relays may spoil; the next sweep goes on
	mostBytes  = 8 << 20         // of the events of one round
)

// errRefused marks what is the fault of one event, not of the connection or the stream.
var errRefused = errors.New("the stream refuses the event")

// deliver publishes the events of these documents, but leaves out a document from the event on that the stream refuses. If
// there is more of them while others wait, they line up again: one that is written to without end must not hold up the rest.
func (r *Relay) deliver(ctx context.Context, documents []string) error {
	asked := map[string]bool{}
	for stale := 0; stale < mostStale && ctx.Err() == nil; {
		msgs, more, err := r.read(ctx, documents)
		if err != nil || len(msgs) == 0 {
			return err
		}
		follows, err := r.round(ctx, msgs, asked, stale > 1)
		switch {
		case err != nil:
			return err
		case follows == afterOthers:
			stale++
		case follows == done && !more:
			return ctx.Err()
		case follows == done && r.woken.some():
			for _, document := range documents {
				r.woken.add(document)
			}
			return ctx.Err()
		}
	}
	return ctx.Err()
}

// read returns the oldest events of the documents, and whether there may be more.
func (r *Relay) read(ctx context.Context, documents []string) (all []outgoing, more bool, err error) {
	documents = slices.DeleteFunc(slices.Clone(documents), func(id string) bool { return r.held[id] })
	if len(documents) == 0 {
		return nil, false, nil
	}
	msgs, err := r.box.Pending(ctx, documents, batch)
	if err != nil {
		return nil, false, fmt.Errorf("read outbox: %w", err)
	}
	share, each, bytes := max(1, batch/len(documents)), map[string]int{}, 0
	for i, m := range msgs {
		if bytes += len(m.Body); bytes > mostBytes && i > 0 {
			return outgoingOf(msgs[:i]), true, nil
		}
		each[m.Document]++
		more = more || len(msgs) >= batch || each[m.Document] >= share
	}
	return outgoingOf(msgs), more, nil
}

// next is what follows a round.
type next int

const (
	done        next = iota
	afterLookUp      // the outbox has to be read again: the relay knew too little of a document
	afterOthers      // likewise: what the relay knew of a document was not so, since another relay publishes too
)

// round publishes what the stream lacks and removes what it has. It is not interrupted by the end of ctx, so that an
// orderly stop leaves no event in doubt.
//
// What the stream has is believed of an answer that is younger than the delivery only: a stream that was lost and made
// anew has nothing of what the relay remembers.
func (r *Relay) round(ctx context.Context, all []outgoing, asked map[string]bool, singly bool) (next, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), publishFor)
	defer cancel()
	if unknown := r.unknown(all); len(unknown) > 0 {
		return afterLookUp, r.learn(ctx, unknown, asked)
	}
	told, fresh := divide(r.sound(ctx, all), r.tipOf)
	if remembered := without(told, asked); len(remembered) > 0 {
		return afterLookUp, r.learn(ctx, remembered, asked)
	}
	doubtful, fresh := r.doubtful(fresh)
	sent, stale, err := r.publish(ctx, fresh, singly)
	if err == nil && len(doubtful) > 0 {
		var more, moreStale []outgoing
		more, moreStale, err = r.publish(ctx, doubtful, true)
		sent, stale = append(sent, more...), append(stale, moreStale...)
	}
	if failed := r.settle(ctx, append(told, sent...)); err == nil {
		err = failed
	}
	if err == nil && len(stale) > 0 {
		return afterOthers, r.learn(ctx, stale, asked)
	}
	return done, err
}

// learn notes whose tips it has looked up.
func (r *Relay) learn(ctx context.Context, of []outgoing, asked map[string]bool) error {
	err := r.lookUp(ctx, of)
	for _, m := range of {
		asked[m.Document] = asked[m.Document] || err == nil
	}
	return err
}

func without(all []outgoing, documents map[string]bool) []outgoing {
	return slices.DeleteFunc(slices.Clone(all), func(m outgoing) bool { return documents[m.Document] })
}

// unknown are first events of documents whose tip has to be asked for. Before a document's very first event there is
// none, or the stream will say so.
func (r *Relay) unknown(all []outgoing) (unknown []outgoing) {
	seen := map[string]bool{}
	for _, m := range all {
		if !seen[m.Document] && m.sequence != 1 && !r.tips.Contains(m.Document) {
			unknown = append(unknown, m)
		}
		seen[m.Document] = true
	}
	return unknown
}

func (r *Relay) tipOf(document string) tip {
	at, _ := r.tips.Get(document)
	return at
}

// sound leaves out what the relay cannot publish without knowing its sequence, and what comes after it.
func (r *Relay) sound(ctx context.Context, all []outgoing) []outgoing {
	return slices.DeleteFunc(all, func(m outgoing) bool {
		if m.sequence == 0 && !r.held[m.Document] {
			r.refuse(ctx, m, errors.New("it has no sequence"))
		}
		return r.held[m.Document]
	})
}

// doubtful are the events of documents of which one was refused before: in a batch it would spoil those of others.
func (r *Relay) doubtful(all []outgoing) (doubtful, fresh []outgoing) {
	documents := map[string]bool{}
	for _, m := range all {
		if r.refused[m.ID] {
			documents[m.Document] = true
		}
	}
	for _, m := range all {
		if documents[m.Document] {
			doubtful = append(doubtful, m)
		} else {
			fresh = append(fresh, m)
		}
	}
	return doubtful, fresh
}

func (r *Relay) settle(ctx context.Context, published []outgoing) error {
	if len(published) == 0 {
		return nil
	}
	msgs := make([]events.Message, len(published))
	for i, m := range published {
		msgs[i] = m.Message
		delete(r.refused, m.ID)
	}
	if err := r.box.Settle(ctx, msgs); err != nil {
		return fmt.Errorf("settle %d events: %w", len(msgs), err)
	}
	return nil
}

// refuse holds the event's document back until the next sweep.
func (r *Relay) refuse(ctx context.Context, m outgoing, err error) {
	r.held[m.Document] = true
	if !r.refused[m.ID] {
		r.refused[m.ID] = true
		r.log.ErrorContext(ctx, "An event holds back its document", "event", m.ID, "subject", m.Subject, "bytes", len(m.Body), "reason", err)
	}
}
