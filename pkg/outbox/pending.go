package outbox

import "sync"

// maxPending bounds how many documents are remembered; the sweep finds the others.
const maxPending = 20_000

// pendingSet is a set of documents with something to publish, and a channel that tells of new ones.
type pendingSet struct {
	mu        sync.Mutex
	documents map[string]bool
	order     []string
	bell      chan struct{}
}

func newPendingSet() *pendingSet {
	return &pendingSet{documents: map[string]bool{}, bell: make(chan struct{}, 1)}
}

// add never blocks.
func (p *pendingSet) add(document string) {
	p.mu.Lock()
	if !p.documents[document] && len(p.order) < maxPending {
		p.documents[document] = true
		p.order = append(p.order, document)
	}
	p.mu.Unlock()
	p.ring()
}

func (p *pendingSet) ring() {
	select {
	case p.bell <- struct{}{}:
	default:
	}
}

// some tells whether the set has any.
func (p *pendingSet) some() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.order) > 0
}

// take removes and returns those that were added first, at most limit. If others are left, it sends to the channel again.
func (p *pendingSet) take(limit int) []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := min(limit, len(p.order))
	taken := p.order[:n:n]
	p.order = p.order[n:]
	for _, document := range taken {
		delete(p.documents, document)
	}
	if len(p.order) > 0 {
		p.ring()
	}
	return taken
}
