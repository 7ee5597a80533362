package bus

import "sync"

// mostWoken bounds what is remembered of documents that were written to; the sweep finds those beyond it.
const mostWoken = 20_000

// wakes is a set of documents with something to publish, and a bell.
type wakes struct {
	mu        sync.Mutex
	documents map[string]bool
	order     []string
	bell      chan struct{}
}

func newWakes() *wakes {
	return &wakes{documents: map[string]bool{}, bell: make(chan struct{}, 1)}
}

// add never blocks.
func (w *wakes) add(document string) {
	w.mu.Lock()
	if !w.documents[document] && len(w.order) < mostWoken {
		w.documents[document] = true
		w.order = append(w.order, document)
	}
	w.mu.Unlock()
	w.ring()
}

func (w *wakes) ring() {
	select {
	case w.bell <- struct{}{}:
	default:
	}
}

// some tells whether there are any.
func (w *wakes) some() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.order) > 0
}

// take removes and returns those that were added first, at most limit. It rings again for the others.
func (w *wakes) take(limit int) []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	n := min(limit, len(w.order))
	taken := w.order[:n:n]
	w.order = w.order[n:]
	for _, document := range taken {
		delete(w.documents, document)
	}
	if len(w.order) > 0 {
		w.ring()
	}
	return taken
}
