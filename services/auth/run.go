package auth

import (
	"context"
	"sync"
	"time"

	"crm.example/pkg/loop"
)

// The intervals of the service's background work. Each loop also runs at once when Run begins.
const (
	sweepEvery = time.Second      // for revocations that a crash interrupted
	mailEvery  = time.Second      // for reset requests of other replicas, and those due again
	lookEvery  = 10 * time.Second // for logging that the store cannot be used
	cleanEvery = time.Minute      // for removing expired documents
)

// Run does the background work: it publishes events, sends mails, finishes revocations, reads new
// keys and removes expired documents. It goes on through every outage, and returns nil when ctx has ended.
func (s *Service) Run(ctx context.Context) error {
	var wg sync.WaitGroup
	wg.Go(func() { s.every(ctx, sweepEvery, nil, "finish revocations", s.sweep) })
	wg.Go(func() { s.every(ctx, sweepEvery, nil, "erase deleted users", s.accounts.FinishErasures) })
	wg.Go(func() { s.every(ctx, mailEvery, s.requested, "mail PINs", s.mailPINs) })
	wg.Go(func() { s.every(ctx, cleanEvery, nil, "remove what is over", s.clean) })
	wg.Go(func() { s.keepVacuumed(ctx) })
	wg.Go(func() { s.every(ctx, lookEvery, nil, "use the store", s.store.Ready) })
	wg.Go(func() { s.every(ctx, s.cfg.KeyReload(), nil, "reload signing keys", s.ring.Reload) })
	if s.relay != nil {
		wg.Go(func() { s.publish(ctx) })
	}
	wg.Wait()
	return nil
}

func (s *Service) every(ctx context.Context, interval time.Duration, woken <-chan struct{}, what string, do func(context.Context) error) {
	loop.Every(ctx, interval, woken, s.log, what, do)
}

func (s *Service) sweep(ctx context.Context) error {
	err := s.accounts.SweepRevocations(ctx)
	if err == nil {
		s.swept.Store(true)
	}
	return err
}

// mailPINs works until no request is due. A request that failed is not due for a while.
func (s *Service) mailPINs(ctx context.Context) error {
	var failed error
	for ctx.Err() == nil {
		worked, err := s.accounts.MailNextPIN(ctx)
		if err != nil {
			failed = err
		}
		if !worked {
			break
		}
	}
	return failed
}

func (s *Service) clean(ctx context.Context) error {
	if err := s.accounts.RemoveExpired(ctx); err != nil {
		return err
	}
	return s.ring.RemoveExpired(ctx)
}

func (s *Service) keepVacuumed(ctx context.Context) {
	s.every(ctx, cleanEvery, nil, "vacuum the store", func(ctx context.Context) error {
		return s.store.Vacuum(ctx, loop.InHour(s.cfg.VacuumHour, time.Now()))
	})
}

// publish waits until NATS has the streams, and then publishes events there.
func (s *Service) publish(ctx context.Context) {
	if !s.streams.Ensure(ctx) {
		return
	}
	var beside sync.WaitGroup
	defer beside.Wait()
	beside.Go(func() { s.streams.Keep(ctx) })
	_ = s.relay.Run(ctx) // returns nil, when ctx ends
}

// announced tells the relay of events in the outbox.
func (s *Service) announced(userID string) {
	if s.relay != nil {
		s.relay.Wake(userID)
	}
}

// resetRequested tells the mail worker of a request.
func (s *Service) resetRequested() { loop.Wake(s.requested) }
