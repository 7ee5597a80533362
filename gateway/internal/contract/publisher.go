package contract

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"crm.example/pkg/problem"
)

// Source is a service whose contract is published.
type Source struct {
	Name     string
	Prefixes []string
	Fetch    func(ctx context.Context) ([]byte, error)
}

// How long a merged document is kept, and how long after a failure the services are asked again.
const (
	fresh   = time.Minute
	failing = time.Second
	asking  = 3 * time.Second
)

// Publisher keeps the merged document. It asks the services when somebody wants to read it, so it follows
// their deployments without a restart of its own.
type Publisher struct {
	own     []byte
	sources []Source
	flight  singleflight.Group

	mu     sync.Mutex
	merged Document
	err    error
	until  time.Time
}

// Document is a merged contract and its strong entity tag.
type Document struct {
	JSON []byte
	ETag string
}

// NewPublisher publishes the own document, as JSON, and those of the sources.
func NewPublisher(own []byte, sources ...Source) *Publisher {
	return &Publisher{own: own, sources: sources}
}

// Document returns the merged contract. When there is one, nobody waits: the last one is returned while a newer one is fetched, and
// while a service is down. Before there is one, the error is the problem unavailable. Contracts that contradict each
// other are an internal error.
func (p *Publisher) Document(ctx context.Context) (Document, error) {
	document, due, err := p.current()
	if !due {
		return document, err
	}
	renewed := p.flight.DoChan("", func() (any, error) { p.renew(context.WithoutCancel(ctx)); return nil, nil })
	if document.JSON != nil {
		return document, nil
	}
	select {
	case <-renewed:
	case <-ctx.Done():
		return Document{}, problem.NewUnavailable(fmt.Errorf("await the contract: %w", ctx.Err()))
	}
	document, _, err = p.current()
	return document, err
}

func (p *Publisher) current() (document Document, due bool, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.merged, time.Now().After(p.until), p.err
}

// renew asks for everybody who waits, so its context belongs to no request.
func (p *Publisher) renew(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, asking)
	defer cancel()
	json, err := p.merge(ctx)
	p.mu.Lock()
	defer p.mu.Unlock()
	if err != nil {
		p.until = time.Now().Add(failing)
		if p.merged.JSON == nil {
			p.err = err
		}
		return
	}
	p.merged = Document{JSON: json, ETag: ETag(json)}
	p.err, p.until = nil, time.Now().Add(fresh)
}

// ETag names the bytes of a document (RFC 9110).
func ETag(document []byte) string {
	sum := sha256.Sum256(document)
	return `"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`
}

func (p *Publisher) merge(ctx context.Context) ([]byte, error) {
	var parts []Part
	for _, source := range p.sources {
		document, err := source.Fetch(ctx)
		if err != nil {
			return nil, fmt.Errorf("fetch the contract of %s: %w", source.Name, err)
		}
		parts = append(parts, Part{Name: source.Name, Document: document, Prefixes: source.Prefixes})
	}
	return Merge(p.own, parts...)
}
