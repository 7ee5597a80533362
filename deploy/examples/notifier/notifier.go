// Package notifier is an example of a program that works with the CRM's events: it mails the client when an agent has
// replied. It knows no service, no database and no HTTP, only pkg/events and pkg/bus.
package notifier

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	netmail "net/mail"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"crm.example/pkg/bus"
	"crm.example/pkg/events"
	"crm.example/pkg/smtp"
)

// durable is the name under which the server stores how far each stream was read.
const durable = "notifier"

// agent is the role whose replies are mailed.
const agent = "agent"

// mailsKept is how long mails that are files stay.
const mailsKept = 24 * time.Hour

// mailer sends mails. An error made by bus.Later is the mail server's fault, not the mail's.
type mailer interface {
	send(ctx context.Context, m mail) error
	forget(clientID string) error    // removes stored mails to a client
	removeBefore(at time.Time) error // removes stored mails that are older
}

// Notifier mails until it is closed.
type Notifier struct {
	cfg    Config
	log    *slog.Logger
	js     jetstream.JetStream
	people people
	mailer mailer
	sent   *sent

	mailing sync.Mutex // sending a mail and deleting its account exclude each other, so that deleted finds every file
}

// Open makes a notifier of valid settings on a connection that may still be down.
func Open(cfg Config, conn *nats.Conn, log *slog.Logger) (*Notifier, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	from, err := netmail.ParseAddress(cfg.MailFrom)
	if err != nil {
		return nil, err
	}
	js, err := jetstream.New(conn)
	if err != nil {
		return nil, fmt.Errorf("use JetStream: %w", err)
	}
	n := &Notifier{cfg: cfg, log: log, js: js, people: people{js}}
	if n.sent, err = openSent(cfg.Dir); err != nil {
		return nil, err
	}
	if n.mailer, err = cfg.mailer(from); err != nil {
		return nil, errors.Join(err, n.sent.close())
	}
	return n, nil
}

// Run mails until ctx ends and the current event was handled. It begins with new replies, since nobody wants mails about
// last year. But it begins with the oldest deletion, since a mail file must not stay longer than its client's account. It
// waits during outages of NATS and of the mail server.
func (n *Notifier) Run(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	changes, deletions := bus.Consumer{Durable: durable, New: true, Log: n.log}, bus.Consumer{Durable: durable, Log: n.log}
	var all sync.WaitGroup
	var errs [2]error
	all.Go(func() { defer stop(); errs[0] = bus.Consume(ctx, n.js, changes, n.changed) })
	all.Go(func() { defer stop(); errs[1] = bus.Consume(ctx, n.js, deletions, n.deleted) })
	all.Go(func() { n.sweep(ctx) })
	all.Wait()
	return errors.Join(errs[:]...)
}

// Close releases the folder. Call it when Run has returned.
func (n *Notifier) Close() error { return n.sent.close() }

// changed mails once for each reply of an agent, also for one that reopens the ticket.
func (n *Notifier) changed(ctx context.Context, e events.TicketEvent) error {
	if e.Message == nil || e.Message.Author.Role != agent {
		return nil
	}
	if !n.sent.has(e.ID) {
		if mailed, err := n.mail(ctx, e); err != nil || !mailed {
			return err
		}
	}
	return n.sent.add(e.ID)
}

// mail tells the client, unless the account was deleted meanwhile.
func (n *Notifier) mail(ctx context.Context, e events.TicketEvent) (mailed bool, err error) {
	n.mailing.Lock()
	defer n.mailing.Unlock()
	client, err := n.people.find(ctx, e.Ticket.ClientID)
	if err != nil || client.Email == "" {
		return false, err
	}
	m := mail{id: e.ID, clientID: client.ID, name: client.Name, to: client.Email, subject: e.Ticket.Subject}
	if n.cfg.Link != "" {
		m.link = strings.ReplaceAll(n.cfg.Link, "{id}", e.Ticket.ID)
	}
	err = n.mailer.send(ctx, m)
	if smtp.RefusedForGood(err) { // it must not be sent again
		n.log.WarnContext(ctx, "mail refused for good", "event", e.ID, "ticket", e.Ticket.ID, "client", client.ID, "reason", err)
		return true, nil
	}
	if err != nil {
		return false, err
	}
	n.log.InfoContext(ctx, "mail sent", "event", e.ID, "ticket", e.Ticket.ID)
	return true, nil
}

// sweep removes old mails, at once and then every hour.
func (n *Notifier) sweep(ctx context.Context) {
	for ctx.Err() == nil {
		if err := n.mailer.removeBefore(time.Now().Add(-mailsKept)); err != nil {
			n.log.WarnContext(ctx, "old mails stay", "reason", err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(time.Hour):
		}
	}
}

func (n *Notifier) deleted(_ context.Context, e events.UserDeleted) error {
	n.mailing.Lock()
	defer n.mailing.Unlock()
	return n.mailer.forget(e.User.ID)
}
