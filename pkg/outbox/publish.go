package outbox

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/synadia-io/orbit.go/jetstreamext"
	"golang.org/x/sync/errgroup"
)

// maxUnderWay bounds how many events wait for their answer at a time, outside of a batch.
const maxUnderWay = 64

var (
	errAway = errors.New("NATS is away")
	// errStale says that a document's last event in the stream is not the one that the relay knew.
	errStale = errors.New("the document has gone on in the stream")
)

// whileConnected ends ctx when the connection is lost: the events on their way then get no answer. Without a connection it does
// not call do: the events would go out later, and nobody would see their answers.
func (r *Relay) whileConnected(ctx context.Context, do func(context.Context) error) error {
	conn := r.js.Conn()
	lost := conn.StatusChanged(nats.RECONNECTING, nats.CLOSED)
	defer conn.RemoveStatusListener(lost)
	if !conn.IsConnected() {
		return errAway
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	go func() {
		select {
		case <-lost:
			cancel(errAway)
		case <-ctx.Done():
		}
	}()
	err := do(ctx)
	if err != nil && errors.Is(context.Cause(ctx), errAway) {
		return errAway
	}
	return err
}

// publish has the same results as send.
func (r *Relay) publish(ctx context.Context, fresh []outgoing, singly bool) (sent, stale []outgoing, err error) {
	switch {
	case len(fresh) == 0:
		return nil, nil, nil
	case len(fresh) < r.BatchFrom || singly:
		return r.publishSingly(ctx, fresh)
	}
	switch err := r.publishBatch(ctx, fresh); {
	case err == nil:
		return fresh, nil, nil
	case errors.Is(err, errStale):
		return nil, fresh, nil
	case isAnswer(err): // it does not name the event at fault
		return r.publishSingly(ctx, fresh)
	default:
		return nil, nil, err
	}
}

// publishBatch puts all events into the stream, or none.
func (r *Relay) publishBatch(ctx context.Context, all []outgoing) error {
	msgs, fenced := make([]*nats.Msg, len(all)), map[string]bool{}
	for i, m := range all {
		msgs[i] = messageOf(m)
		if !fenced[m.family] {
			r.fence(msgs[i], m)
		}
		fenced[m.family] = true
	}
	ack, err := jetstreamext.PublishMsgBatch(ctx, r.js, msgs, jetstreamext.BatchFlowControl{AckFirst: false})
	if err != nil {
		return fmt.Errorf("publish %d events: %w", len(all), classify(err))
	}
	for i, m := range all {
		r.published.Add(m.family, last{ack.Sequence - uint64(len(all)-1-i), m.sequence})
	}
	return nil
}

// publishSingly sends one event of each document at a time: only its answer tells whether the next one may follow. If an event
// is refused or stale, it goes on with the other documents.
func (r *Relay) publishSingly(ctx context.Context, all []outgoing) (sent, stale []outgoing, err error) {
	for len(all) > 0 && err == nil {
		first, rest := firsts(all)
		passed := map[string]bool{}
		for i, failed := range r.publishEach(ctx, first) {
			m := first[i]
			passed[m.Document] = failed != nil
			switch {
			case failed == nil:
				sent = append(sent, m)
			case errors.Is(failed, errStale):
				stale = append(stale, m)
			case errors.Is(failed, errRefused):
				r.refuse(ctx, m, failed)
			default:
				err = failed
			}
		}
		all = slices.DeleteFunc(rest, func(m outgoing) bool { return passed[m.Document] })
	}
	return sent, stale, err
}

// firsts divides events into the first one of each document and the others.
func firsts(all []outgoing) (first, rest []outgoing) {
	seen := map[string]bool{}
	for _, m := range all {
		if seen[m.Document] {
			rest = append(rest, m)
		} else {
			first = append(first, m)
		}
		seen[m.Document] = true
	}
	return first, rest
}

// publishEach publishes events of different documents at once.
func (r *Relay) publishEach(ctx context.Context, all []outgoing) []error {
	failed := make([]error, len(all))
	var answers errgroup.Group
	answers.SetLimit(maxUnderWay)
	for i, m := range all {
		answers.Go(func() error { failed[i] = r.publishOne(ctx, m); return nil })
	}
	_ = answers.Wait()
	return failed
}

func (r *Relay) publishOne(ctx context.Context, m outgoing) error {
	msg := messageOf(m)
	r.fence(msg, m)
	ack, err := r.js.PublishMsg(ctx, msg)
	if err != nil {
		return fmt.Errorf("publish event %s: %w", m.ID, classify(err))
	}
	r.published.Add(m.family, last{ack.Sequence, m.sequence})
	return nil
}

// messageOf also sets the event's id, for the stream's duplicate window: a second protection besides the fence.
func messageOf(m outgoing) *nats.Msg {
	return &nats.Msg{Subject: m.Subject, Data: m.Body, Header: nats.Header{jetstream.MsgIDHeader: {m.ID}}}
}

// fence makes the stream refuse the event unless the last one of its family is where the relay knows it. An event leaves the outbox
// only once it is in the stream, so those of another family of the document that came before are there.
func (r *Relay) fence(msg *nats.Msg, m outgoing) {
	msg.Header.Set(jetstream.ExpectedLastSubjSeqHeader, strconv.FormatUint(r.lastOf(m.family).place, 10))
	msg.Header.Set(jetstream.ExpectedLastSubjSeqSubjHeader, m.family)
}

// The server's codes for a fence that failed, or that another publisher is just using.
const (
	wrongLastSequence jetstream.ErrorCode = 10071
	lastSequenceBusy  jetstream.ErrorCode = 10164
)

// classify distinguishes an event that the server will never accept, an event that another relay has published, and a server
// that accepts nothing at the moment.
func classify(err error) error {
	if errors.Is(err, nats.ErrMaxPayload) || errors.Is(err, nats.ErrBadSubject) {
		return fmt.Errorf("%w: %w", errRefused, err)
	}
	var answer *jetstream.APIError
	switch {
	case !errors.As(err, &answer):
		return err
	case answer.ErrorCode == wrongLastSequence, answer.ErrorCode == lastSequenceBusy, answer.ErrorCode == jetstreamext.JSErrCodeBatchPublishDuplicateMsgID:
		return fmt.Errorf("%w: %w", errStale, err)
	case answer.Code == http.StatusBadRequest:
		return fmt.Errorf("%w: %w", errRefused, err)
	}
	return err
}

// isAnswer tells whether the server, or the client library for it, has answered about the batch.
func isAnswer(err error) bool {
	var answer *jetstream.APIError
	return errors.Is(err, errRefused) || errors.As(err, &answer)
}
