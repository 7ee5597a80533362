package ticket

import (
	"context"
	"time"

	"crm.example/pkg/loop"
	"crm.example/services/ticket/internal/ticket"
)

const (
	upgradeEvery = time.Minute      // until tickets are found that a service of the version before has written beside this one
	tellEvery    = 10 * time.Second // how far the upgrade is
)

// keepUpgraded gives tickets of earlier versions what this one keeps of them.
func (s *Service) keepUpgraded(ctx context.Context) {
	loop.Every(ctx, upgradeEvery, nil, s.log, "upgrade tickets of earlier versions", func(ctx context.Context) error {
		var told time.Time
		return ticket.Upgrade(ctx, s.store, func(done, all int) {
			if done < all && time.Since(told) < tellEvery {
				return
			}
			told = time.Now()
			s.log.InfoContext(ctx, "Tickets of earlier versions get a number and a waiting time, and are found by searches", "done", done, "of", all)
		})
	})
}
