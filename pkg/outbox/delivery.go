package outbox

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"crm.example/pkg/crash"
	"crm.example/pkg/events"
)

const (
	maxStale = 4       // rounds that may fail because of other relays; the next sweep goes on
	maxBytes = 8 << 20 // of all events of one round
)

// errRefused marks an error of one event, not of the connection or the stream.
var errRefused = errors.New("the stream refuses the event")

// deliver publishes the events of these documents. If the stream refuses an event, its document is left out from there on. If the
// documents have more events while other documents wait, they go to the end of the queue: a document that is changed all the time
// must not hold up the others.
func (r *Relay) deliver(ctx context.Context, documents []string) error {
	asked := map[string]bool{}
	for stale := 0; stale < maxStale && ctx.Err() == nil; {
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
		case follows == done && r.pending.some():
			for _, document := range documents {
				r.pending.add(document)
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
	msgs, err := r.store.Pending(ctx, documents, maxEvents)
	if err != nil {
		return nil, false, fmt.Errorf("read outbox: %w", err)
	}
	if len(msgs) > 0 {
		crash.At(crash.BeforePublish)
	}
	share, each, bytes := max(1, maxEvents/len(documents)), map[string]int{}, 0
	for i, m := range msgs {
		if bytes += len(m.Body); bytes > maxBytes && i > 0 {
			return outgoingOf(msgs[:i]), true, nil
		}
		each[m.Document]++
		more = more || len(msgs) >= maxEvents || each[m.Document] >= share
	}
	return outgoingOf(msgs), more, nil
}

// next says what to do after a round.
type next int

const (
	done        next = iota
	afterLookUp      // read the outbox again: the relay has looked up documents that it did not know
	afterOthers      // read the outbox again: another relay has published events of a document
)

// round publishes the events that the stream does not have, and removes from the outbox those that it has. The end of ctx does
// not interrupt it, so that after an orderly stop the state of every event is known.
//
// An event is taken for published only if the stream said so in this delivery: the relay may remember a stream that was lost and
// created anew.
func (r *Relay) round(ctx context.Context, all []outgoing, asked map[string]bool, singly bool) (next, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), r.PublishFor)
	defer cancel()
	if unknown := r.unknown(all); len(unknown) > 0 {
		return afterLookUp, r.learn(ctx, unknown, asked)
	}
	published, fresh := divide(r.sound(ctx, all), r.lastOf)
	if remembered := without(published, asked); len(remembered) > 0 {
		return afterLookUp, r.learn(ctx, remembered, asked)
	}
	sent, stale, err := r.send(ctx, fresh, singly)
	if failed := r.markPublished(ctx, append(published, sent...)); err == nil {
		err = failed
	}
	if err == nil && len(stale) > 0 {
		return afterOthers, r.learn(ctx, stale, asked)
	}
	return done, err
}

// send returns the events that are on the stream's disk, and one event of each document for which another relay has published. An
// error means that the rest has to wait.
func (r *Relay) send(ctx context.Context, fresh []outgoing, singly bool) (sent, stale []outgoing, err error) {
	if len(fresh) == 0 {
		return nil, nil, nil
	}
	doubtful, fresh := r.doubtful(fresh)
	err = r.whileConnected(ctx, func(ctx context.Context) (err error) {
		if sent, stale, err = r.publish(ctx, fresh, singly); err == nil {
			var more, moreStale []outgoing
			more, moreStale, err = r.publish(ctx, doubtful, true)
			sent, stale = append(sent, more...), append(stale, moreStale...)
		}
		return err
	})
	return sent, stale, err
}

// learn looks up the last events of families, and notes which families it has looked up.
func (r *Relay) learn(ctx context.Context, of []outgoing, asked map[string]bool) error {
	err := r.whileConnected(ctx, func(ctx context.Context) error { return r.lookUp(ctx, of) })
	for _, m := range of {
		asked[m.family] = asked[m.family] || err == nil
	}
	return err
}

func without(all []outgoing, families map[string]bool) []outgoing {
	return slices.DeleteFunc(slices.Clone(all), func(m outgoing) bool { return families[m.family] })
}

// unknown returns the first events of the families whose last event must be looked up. A document's very first event needs no
// look-up: if the stream has one already, the fence fails.
func (r *Relay) unknown(all []outgoing) (unknown []outgoing) {
	seen := map[string]bool{}
	for _, m := range all {
		if !seen[m.family] && m.sequence != 1 && !r.published.Contains(m.family) {
			unknown = append(unknown, m)
		}
		seen[m.family] = true
	}
	return unknown
}

func (r *Relay) lastOf(family string) last {
	at, _ := r.published.Get(family)
	return at
}

// sound leaves out events without a sequence, which the relay cannot publish, and what comes after them.
func (r *Relay) sound(ctx context.Context, all []outgoing) []outgoing {
	return slices.DeleteFunc(all, func(m outgoing) bool {
		if m.sequence == 0 && !r.held[m.Document] {
			r.refuse(ctx, m, errors.New("it has no sequence"))
		}
		return r.held[m.Document]
	})
}

// doubtful returns the events of documents that had a refused event before: in a batch it would make those of the others fail.
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

func (r *Relay) markPublished(ctx context.Context, published []outgoing) error {
	if len(published) == 0 {
		return nil
	}
	msgs := make([]events.Message, len(published))
	for i, m := range published {
		msgs[i] = m.Message
		delete(r.refused, m.ID)
	}
	crash.At(crash.BeforeRemoval)
	if err := r.store.MarkPublished(ctx, msgs); err != nil {
		return fmt.Errorf("remove %d published events from the outbox: %w", len(msgs), err)
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
