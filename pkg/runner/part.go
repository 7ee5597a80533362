package runner

import "context"

// part runs until it is told to end, or ends by itself.
type part struct {
	cancel context.CancelFunc
	ended  chan struct{}
	err    error
}

// begin runs do with a context of its own. Parts end one after the other, so that none ends before another that needs it.
func begin(do func(context.Context) error) *part {
	ctx, cancel := context.WithCancel(context.Background())
	p := &part{cancel: cancel, ended: make(chan struct{})}
	go func() {
		defer close(p.ended)
		p.err = do(ctx)
	}()
	return p
}

// end returns when the part has ended.
func (p *part) end() error {
	p.cancel()
	<-p.ended
	return p.err
}
