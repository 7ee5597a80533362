package notifier_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/google/uuid"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"crm.example/deploy/examples/notifier"
	"crm.example/pkg/bus/bustest"
	"crm.example/pkg/events"
	"crm.example/pkg/streams"
	"crm.example/pkg/testenv"
)

// rig is a NATS server with both streams, and somebody to publish on it as the services do.
type rig struct {
	conn *nats.Conn
	js   jetstream.JetStream
	log  *journal
}

// journal is what the notifiers have logged.
type journal struct {
	mu   sync.Mutex
	text strings.Builder
}

func (j *journal) Write(line []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(line)
}

func (j *journal) has(text string) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return strings.Contains(j.text.String(), text)
}

func newRig(t *testing.T) rig {
	t.Helper()
	conn := testenv.NATS(t)
	js, err := jetstream.New(conn)
	check(t, err)
	for _, stream := range []string{events.TicketStream, events.UserStream} {
		check(t, streams.Ensure(t.Context(), js, streams.Of(stream, 0)))
	}
	return rig{conn, js, &journal{}}
}

// run runs a notifier until stop, and has it at work when it returns.
func (r rig) run(t *testing.T, cfg notifier.Config) (stop func()) {
	t.Helper()
	_, stop = r.start(t, cfg)
	return stop
}

func (r rig) start(t *testing.T, cfg notifier.Config) (n *notifier.Notifier, stop func()) {
	t.Helper()
	n, err := notifier.Open(cfg, r.conn, slog.New(slog.NewTextHandler(r.log, nil)))
	check(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- n.Run(ctx) }()
	for _, stream := range []string{events.TicketStream, events.UserStream} {
		eventually(t, "it consumes "+stream, func() bool { _, err := r.js.Consumer(t.Context(), stream, "notifier"); return err == nil })
	}
	return n, sync.OnceFunc(func() {
		cancel()
		check(t, <-ended)
		check(t, n.Close())
	})
}

func (r rig) publish(t *testing.T, m events.Message, err error) {
	t.Helper()
	check(t, err)
	_, err = r.js.Publish(t.Context(), m.Subject, m.Body)
	check(t, err)
}

func (r rig) user(t *testing.T, verb string, sequence int, u events.User) {
	t.Helper()
	m, err := events.NewUserMessage(head(verb, sequence), u.ID, events.UserData{User: u})
	r.publish(t, m, err)
}

// says publishes that somebody wrote to a ticket of the client.
func (r rig) says(t *testing.T, h events.Head, role, clientID string) {
	t.Helper()
	r.saysOf(t, h, role, clientID, "Grüße")
}

// asks is an agent's reply to a ticket with the subject.
func (r rig) asks(t *testing.T, h events.Head, subject string) {
	t.Helper()
	r.saysOf(t, h, "agent", "c1", subject)
}

func (r rig) saysOf(t *testing.T, h events.Head, role, clientID, subject string) {
	t.Helper()
	author := events.Actor{ID: "a", Name: "Agent One", Role: role}
	m, err := events.NewTicketMessage(h, clientID, "t1", events.TicketData{
		Actor: author, Ticket: events.Ticket{ID: "t1", ClientID: clientID, Subject: subject},
		Message: &events.ConversationMessage{ID: "m", Author: author, Message: "secret words"},
	})
	r.publish(t, m, err)
}

func head(verb string, sequence int) events.Head {
	return events.Head{ID: uuid.Must(uuid.NewV7()).String(), Verb: verb, Sequence: sequence, At: time.Now()}
}

// caughtUp waits until the notifier has dealt with all events.
func (r rig) caughtUp(t *testing.T) {
	t.Helper()
	for _, stream := range []string{events.TicketStream, events.UserStream} {
		eventually(t, "all of "+stream+" is handled", func() bool { return bustest.CaughtUp(t.Context(), r.js, stream, "notifier") })
	}
}

func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !holds(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("never: " + what)
		}
	}
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// mailServer is a real SMTP server that keeps what it is sent.
type mailServer struct {
	mu    sync.Mutex
	mails []string

	refusals map[string]*smtp.SMTPError // by command: MAIL, RCPT or DATA
	left     int                        // how often it still refuses
}

// refuse is the answer to a command.
func (s *mailServer) refuse(command string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if refusal := s.refusals[command]; refusal != nil && s.left > 0 {
		s.left--
		return refusal
	}
	return nil
}

func (s *mailServer) listen(t *testing.T, address string) net.Listener {
	t.Helper()
	ln, err := net.Listen("tcp", address)
	check(t, err)
	srv := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return session{s}, nil }))
	go func() { _ = srv.Serve(ln) }()
	t.Cleanup(func() { _ = srv.Close() })
	return ln
}

func (s *mailServer) all() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.mails)
}

type session struct{ *mailServer }

func (session) Reset()                                 {}
func (session) Logout() error                          { return nil }
func (s session) Mail(string, *smtp.MailOptions) error { return s.refuse("MAIL") }
func (s session) Rcpt(string, *smtp.RcptOptions) error { return s.refuse("RCPT") }

func (s session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if refusal := s.refuse("DATA"); refusal != nil {
		return refusal
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mails = append(s.mails, string(raw))
	return err
}

// through are settings for a mail server.
func through(t *testing.T, address string) notifier.Config {
	cfg := notifier.Defaults()
	cfg.SMTPURL, cfg.Dir, cfg.Link = fmt.Sprintf("smtp://%s?tls=none", address), t.TempDir(), "https://help.example.com/tickets/{id}"
	return cfg
}
