package feed

import (
	"context"
	"time"
)

const (
	askEvery    = time.Second // interval of asking whether the stream was created anew
	askPatience = 2 * time.Second
	awayAfter   = 5 * time.Second // then new listeners are refused; those who listen stay and miss nothing
	backlog     = 1024            // how many events are read at the start: listeners of the former process have missed the last ones
)

// follow reads the stream to its newest event, and then every new one.
func (h *Hub) follow(ctx context.Context) {
	for failing := false; ; {
		err := h.followOnce(ctx)
		if ctx.Err() != nil {
			return
		}
		if err != nil && !failing {
			h.log.WarnContext(ctx, "The live feed waits for the stream of events", "reason", err)
		}
		failing = err != nil
		select {
		case <-ctx.Done():
			return
		case <-time.After(askEvery / 4):
		}
	}
}

// followOnce ends when messages do not come any more, or when they come from another stream.
func (h *Hub) followOnce(ctx context.Context) error {
	state, err := h.ask(ctx)
	if err != nil {
		return err
	}
	from := h.adopt(state)
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	begun := func(left uint64) {
		h.hears()
		h.catchUp(left == 0)
		go h.watchStream(ctx, stop)
	}
	return h.stream.Follow(ctx, from, begun, h.take)
}

// hears notes that events come. An answer of the stream is not enough: it may answer and still deliver nothing.
func (h *Hub) hears() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now.seen = time.Now()
}

func (h *Hub) ask(ctx context.Context) (State, error) {
	ctx, cancel := context.WithTimeout(ctx, askPatience)
	defer cancel()
	return h.stream.State(ctx)
}

// watchStream notices that the stream is another one, or has lost events that were not handed on yet.
func (h *Hub) watchStream(ctx context.Context, stop func()) {
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
			return
		case <-time.After(askEvery):
		}
		handedOn := h.standing().last
		state, err := h.ask(ctx)
		switch {
		case err != nil:
		case h.note(state, handedOn):
			h.hears()
		default:
			stop()
			return
		}
	}
}

// note keeps the stream's state. It is false if the stream is another one, or has lost events that were not handed on yet.
// handedOn is the newest event that was handed on before the stream was asked: another one may have come meanwhile.
func (h *Hub) note(state State, handedOn uint64) (same bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if state.Epoch != h.now.Epoch || state.Last < handedOn || state.First > h.now.last+1 {
		return false
	}
	h.now.State = state
	h.recent.trim(time.Now())
	return true
}

// adopt goes on where it was. In another stream it begins a little before the end. Listeners then have a gap, so they are
// disconnected, and get resync when they come back.
func (h *Hub) adopt(state State) (from uint64) {
	if !h.note(state, h.standing().last) {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.endAll(cutOff)
		from = max(state.First, state.Last+1-min(backlog, state.Last))
		h.now = standing{State: state, last: from - 1}
		h.recent = recent{from: from}
		return from
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.now.last + 1
}

// take reads an entry and hands it on. If it cannot be read, it is skipped, here and by every reader.
func (h *Hub) take(entry Entry) {
	e, err := eventOf(h.standing().Epoch, entry)
	if err != nil {
		h.log.Warn("The live feed skips a message that it cannot read", "sequence", entry.Sequence, "reason", err)
	} else {
		h.publish(e)
	}
	h.catchUp(entry.Left == 0)
}

func (h *Hub) standing() standing {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.now
}

// catchUp lets listeners in when all events from before the start have been read.
func (h *Hub) catchUp(done bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now.live = h.now.live || done
}
