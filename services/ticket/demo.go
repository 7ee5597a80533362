package ticket

import (
	"context"
	"errors"
	"math"
	"time"

	"crm.example/pkg/registry/memory"
	"crm.example/services/ticket/internal/demo"
	"crm.example/services/ticket/internal/ticket"
)

// Acquaintance is somebody whom the events of the auth service will tell of.
type Acquaintance struct {
	ID, Name, Email, Role string
	Sequence              int // of the last event so far
}

// Demo fills the store of TICKET_STORE_URL with sixty days of a made-up company's tickets, which end now. A service that runs on the
// store afterwards announces them. There must be an admin, who comes first, and a client. progress is told of each ticket.
func Demo(ctx context.Context, cfg Config, people []Acquaintance, now time.Time, progress func(done, of int)) (tickets int, err error) {
	store, err := openStore(ctx, cfg.store())
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	var cast demo.Cast
	for _, p := range people {
		known := ticket.Person{ID: p.ID, Name: p.Name, Email: p.Email, Role: ticket.Role(p.Role), Sequence: p.Sequence}
		if err := ticket.Learn(ctx, store, known); err != nil {
			return 0, err
		}
		actor := ticket.Actor{ID: p.ID, Name: p.Name, Role: known.Role}
		if known.Role.Answers() {
			cast.Agents = append(cast.Agents, actor)
		} else {
			cast.Clients = append(cast.Clients, actor)
		}
	}
	desk := ticket.Desk{
		Store: store, Throttle: memory.New(), Limits: ticket.Limits{Opened: math.MaxInt32, Replies: math.MaxInt32},
		NewID: newID, ReopenWindow: cfg.ReopenWindow, Announce: func(string) {},
	}
	return demo.Fill(ctx, desk, cast, now.UTC(), progress)
}
