package feed

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"crm.example/pkg/admission"
)

// Entry is a message with its place in the stream.
type Entry struct {
	Sequence uint64 // in the stream: it grows, and has gaps where messages were purged
	Subject  string
	Body     []byte
	Left     uint64 // how many messages were after it when it was sent; 0 for the newest
}

// State is the state of a stream.
type State struct {
	// Epoch identifies the stream: if it is deleted and made again, it has another one, and its sequences mean other events.
	Epoch string
	// First and Last are sequences; First is Last+1 if the stream holds nothing.
	First, Last uint64
}

// Tail reads a stream in its order. It acknowledges nothing, and removes the consumer that it makes on the server.
type Tail struct {
	js     jetstream.JetStream
	stream string
}

// NewTail makes a Tail of a stream, which may not exist yet.
func NewTail(js jetstream.JetStream, stream string) *Tail { return &Tail{js: js, stream: stream} }

// State asks the stream's leader.
func (t *Tail) State(ctx context.Context) (State, error) {
	stream, err := t.js.Stream(ctx, t.stream)
	if err != nil {
		return State{}, fmt.Errorf("look up stream %s: %w", t.stream, err)
	}
	info := stream.CachedInfo()
	state := State{Epoch: strconv.FormatInt(info.Created.UnixNano(), 36), First: info.State.FirstSeq, Last: info.State.LastSeq}
	if info.State.Msgs == 0 {
		state.First = state.Last + 1
	}
	return state, nil
}

// How soon Follow notices that nothing comes any more, and how long the server keeps a consumer that nobody asks.
const (
	tailBeat  = time.Second
	tailAsk   = 10 * time.Second
	tailGrace = 30 * time.Second
)

var errGap = errors.New("messages were lost on the way")

// Follow calls the function with every message from a sequence on, as soon as the stream has it, each once and in order. begun gets
// the number of messages that are there at the beginning. It returns nil when ctx ends, and an error when messages do not come any
// more: the caller then follows again from the sequence after the last one that it got.
func (t *Tail) Follow(ctx context.Context, from uint64, begun func(left uint64), each func(Entry)) error {
	consumer, err := t.js.CreateConsumer(ctx, t.stream, jetstream.ConsumerConfig{
		Name: admission.ServicePrefix + rand.Text(), DeliverPolicy: jetstream.DeliverByStartSequencePolicy, OptStartSeq: max(from, 1), AckPolicy: jetstream.AckNonePolicy,
		InactiveThreshold: tailGrace, MemoryStorage: true, Replicas: 1,
	})
	if err != nil {
		return fmt.Errorf("follow stream %s: %w", t.stream, err)
	}
	defer t.forget(context.WithoutCancel(ctx), consumer.CachedInfo().Name)
	messages, err := consumer.Messages(jetstream.PullExpiry(tailAsk), jetstream.PullHeartbeat(tailBeat), jetstream.WithMessagesErrOnMissingHeartbeat(true))
	if err != nil {
		return fmt.Errorf("follow stream %s: %w", t.stream, err)
	}
	defer messages.Stop()
	begun(consumer.CachedInfo().NumPending)
	for delivered := uint64(1); ; delivered++ {
		message, err := messages.Next(jetstream.NextContext(ctx))
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil:
			return fmt.Errorf("follow stream %s: %w", t.stream, err)
		}
		about, err := message.Metadata()
		if err != nil {
			return fmt.Errorf("follow stream %s: %w", t.stream, err)
		}
		if about.Sequence.Consumer != delivered {
			return fmt.Errorf("follow stream %s: %w", t.stream, errGap)
		}
		each(Entry{Sequence: about.Sequence.Stream, Subject: message.Subject(), Body: message.Data(), Left: about.NumPending})
	}
}

// forget removes the consumer from the server, which would do it by itself a little later.
func (t *Tail) forget(ctx context.Context, consumer string) {
	ctx, cancel := context.WithTimeout(ctx, tailBeat)
	defer cancel()
	_ = t.js.DeleteConsumer(ctx, t.stream, consumer)
}
