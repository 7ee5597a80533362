package mongostore

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"crm.example/pkg/mongo"
	"crm.example/pkg/problem"
	"crm.example/services/ticket/internal/store/document"
	"crm.example/services/ticket/internal/ticket"
)

// stored is a complete document.
type stored struct {
	Indexed      `bson:",inline"`
	mongo.Outbox `bson:",inline"`
}

// keyWithin is how long Create looks for the ticket that has the key already: perhaps no majority has it yet, or it is just
// being deleted.
const keyWithin = 5 * time.Second

// Create is described in ticket.Store.
func (s *Store) Create(ctx context.Context, t ticket.Ticket) (kept ticket.Ticket, err error) {
	ctx, cancel := context.WithTimeout(ctx, keyWithin)
	defer cancel()
	err = mongo.Retry(ctx, func(ctx context.Context) error {
		kept, err = s.insert(ctx, t)
		switch {
		case isNumberTaken(err):
			err = mongo.ErrConflict
		case mongo.IsDuplicate(err) && t.OpenedWith.Key != "":
			kept, err = s.opened(ctx, t)
		}
		return err
	})
	return kept, err
}

// insert gives a new ticket its number and stores it.
func (s *Store) insert(ctx context.Context, t ticket.Ticket) (ticket.Ticket, error) {
	n, err := s.number(ctx)
	if err != nil {
		return ticket.Ticket{}, err
	}
	t.Numbered(n)
	box, err := s.outbox(t)
	if err != nil {
		return ticket.Ticket{}, err
	}
	t.Conversation, t.Notes, t.History, t.Pending = t.Added(), t.AddedNotes(), t.AddedSteps(), nil
	err = s.Insert(ctx, tickets, stored{indexedOf(t), box})
	t.Notes, t.History = nil, nil
	return t, err
}

// Update is described in ticket.Store.
func (s *Store) Update(ctx context.Context, target ticket.Target, change ticket.Change) (updated ticket.Ticket, err error) {
	err = mongo.Retry(ctx, func(ctx context.Context) error {
		updated, err = s.update(ctx, target, change)
		return err
	})
	return updated, err
}

func (s *Store) update(ctx context.Context, target ticket.Target, change ticket.Change) (ticket.Ticket, error) {
	c, err := s.Collection(ctx, tickets)
	if err != nil {
		return ticket.Ticket{}, err
	}
	was, earlier, err := head(ctx, c, target)
	if err != nil {
		return ticket.Ticket{}, err
	}
	t := was.Ticket.Ticket()
	if err := change(&t, earlier); err != nil {
		return ticket.Ticket{}, err
	}
	if len(t.Pending) == 0 {
		return unchanged(ctx, c, target.Scope, t)
	}
	update, err := s.difference(ctx, c, was, t)
	if err != nil {
		return ticket.Ticket{}, err
	}
	still := append(within(ticket.Scope{ClientID: t.ClientID}, t.ID), bson.E{Key: "version", Value: was.Version})
	after := options.FindOneAndUpdate().SetReturnDocument(options.After).SetProjection(wholeFor(target.Scope))
	return decodeFound(c.FindOneAndUpdate(ctx, still, update, after), "update ticket")
}

// difference is the update for the change.
func (s *Store) difference(ctx context.Context, c *driver.Collection, was Indexed, t ticket.Ticket) (any, error) {
	box, err := s.outbox(t)
	if err != nil {
		return nil, err
	}
	if !t.DeletedAt.IsZero() {
		return mongo.Replace(document.TombstoneOf(t), box)
	}
	all, terms, err := newTerms(ctx, c, was, t)
	if err != nil {
		return nil, err
	}
	changes, err := mongo.Compare(was, Indexed{document.TicketOf(t), Searched{all, t.Version}})
	if err != nil {
		return nil, err
	}
	var added []bson.E
	if len(terms) > 0 {
		added = append(added, mongo.Append("terms", terms))
	}
	if messages := document.MessagesOf(t.Added()); len(messages) > 0 {
		added = append(added, mongo.Append("conversation", messages))
	}
	if notes := document.NotesOf(t.AddedNotes()); len(notes) > 0 {
		added = append(added, mongo.Append("notes", notes))
	}
	added = append(added, mongo.AppendNewest("history", document.StepsOf(t.AddedSteps()), ticket.MaxHistory))
	return changes.Update(box, added...), nil
}

// decodeFound decodes the ticket that a command found. If it found none, the ticket was changed meanwhile: ErrConflict.
func decodeFound(found *driver.SingleResult, what string) (ticket.Ticket, error) {
	d, err := mongo.One[document.Ticket](found, what)
	if problem.Is(err, problem.NotFound) {
		err = mongo.ErrConflict
	}
	return d.Ticket(), err
}

// Restore is described in ticket.Archive.
func (s *Store) Restore(ctx context.Context, t ticket.Ticket) error {
	if t.Number > 0 {
		if err := s.raise(ctx, t.Number); err != nil {
			return err
		}
	}
	return mongo.Retry(ctx, func(ctx context.Context) (err error) {
		if t.Number == 0 {
			if t.Number, err = s.number(ctx); err != nil {
				return err
			}
		}
		err = s.Insert(ctx, tickets, indexedOf(t))
		switch {
		case isNumberTaken(err): // another ticket has it
			t.Number = 0
			return mongo.ErrConflict
		case mongo.IsDuplicate(err):
			return ticket.ErrThere
		}
		return err
	})
}

// Restate is described in ticket.Restater. It is one write for each ticket, in one command.
func (s *Store) Restate(ctx context.Context, events []ticket.Event) (int, error) {
	c, err := s.Collection(ctx, tickets)
	if err != nil {
		return 0, err
	}
	all := make([]mongo.Restatement, len(events))
	for i, e := range events {
		m, err := s.encode(e)
		if err != nil {
			return 0, err
		}
		still := append(mongo.ByID(e.Ticket.ID), bson.E{Key: "clientId", Value: e.Ticket.ClientID}, bson.E{Key: "version", Value: e.Ticket.Version})
		all[i] = mongo.Restatement{Filter: still, Message: m, At: e.At}
	}
	return mongo.Restate(ctx, c, all)
}
