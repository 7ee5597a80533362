package notifier_test

import (
	"errors"
	"mime"
	netmail "net/mail"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/emersion/go-smtp"
	"github.com/nats-io/nats.go/jetstream"

	"crm.example/deploy/examples/notifier"
	"crm.example/pkg/events"
	"crm.example/pkg/testenv"
)

var client = events.User{ID: "c1", Name: "Client One", Email: "client@example.com", Role: "client"}

func TestClientIsMailedAboutAgentsReplies(t *testing.T) {
	t.Parallel()
	r, mails := newRig(t), &mailServer{}
	r.user(t, "registered", 1, events.User{ID: "c1", Name: "Client", Email: "old@example.com", Role: "client"})
	r.says(t, head("replied", 1), "agent", "c1") // before there was a notifier
	defer r.run(t, through(t, mails.listen(t, "127.0.0.1:0").Addr().String()))()
	r.user(t, "updated", 2, client)
	r.says(t, head("created", 2), "client", "c1")
	r.says(t, head("replied", 3), "client", "c1")
	reply := head("replied", 4)
	r.says(t, reply, "agent", "c1")
	r.says(t, head("reopened", 5), "agent", "c1")
	r.caughtUp(t)
	all := mails.all()
	if len(all) != 2 {
		t.Fatalf("%d mails, want one for each reply of an agent: %q", len(all), all)
	}
	for _, want := range []string{
		`To: "Client One" <client@example.com>`, "Subject: =?utf-8?b?TmV3IHJlcGx5OiBHcsO8w59l?=", "Message-ID: <" + reply.ID + "@crm.example>",
		"Auto-Submitted: auto-generated", "Hello Client One", "https://help.example.com/tickets/t1",
	} {
		if !strings.Contains(all[0], want) {
			t.Errorf("no %q in\n%s", want, all[0])
		}
	}
	if strings.Contains(all[0], "secret") {
		t.Errorf("the mail tells what the reply says:\n%s", all[0])
	}
}

// Types are added to the contract: the address is that of the last event whose type is known.
func TestUserOfWhomALaterTypeTells(t *testing.T) {
	t.Parallel()
	r, mails := newRig(t), &mailServer{}
	defer r.run(t, through(t, mails.listen(t, "127.0.0.1:0").Addr().String()))()
	for i, verb := range []string{"registered", "role-changed"} {
		r.user(t, verb, i+1, events.User{ID: "c1", Email: "old@example.com"})
	}
	r.user(t, "updated", 3, client)
	r.user(t, "verified", 4, events.User{ID: "c1"})
	r.says(t, head("replied", 1), "agent", "c1")
	eventually(t, "the mail is there", func() bool { return len(mails.all()) == 1 })
	if mail := mails.all()[0]; !strings.Contains(mail, "<"+client.Email+">") {
		t.Error(mail)
	}
}

// The same event comes again where an acknowledgement was lost; here a restart has also emptied the memory.
func TestRepeatIsNotMailedAgain(t *testing.T) {
	t.Parallel()
	r, mails := newRig(t), &mailServer{}
	cfg := through(t, mails.listen(t, "127.0.0.1:0").Addr().String())
	r.user(t, "registered", 1, client)
	reply := head("replied", 1)
	for range 2 {
		stop := r.run(t, cfg)
		r.says(t, reply, "agent", "c1")
		r.caughtUp(t)
		stop()
	}
	if all := mails.all(); len(all) != 1 {
		t.Errorf("%d mails", len(all))
	}
}

func TestMailServerIsWaitedFor(t *testing.T) {
	t.Parallel()
	r, mails := newRig(t), &mailServer{}
	address := testenv.FreeAddress(t) // nobody listens yet
	defer r.run(t, through(t, address))()
	r.user(t, "registered", 1, client)
	r.says(t, head("replied", 1), "agent", "c1")
	eventually(t, "the mail was tried", func() bool {
		c, err := r.js.Consumer(t.Context(), events.TicketStream, "notifier")
		return err == nil && c.CachedInfo().NumAckPending == 1
	})
	mails.listen(t, address)
	eventually(t, "the mail is there", func() bool { return len(mails.all()) == 1 })
}

// Without a mail server the mails are files, which go when the account does.
func TestDeletedClientIsForgotten(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	cfg := notifier.Defaults()
	cfg.Dir = t.TempDir()
	defer r.run(t, cfg)()
	other := events.User{ID: "c2", Name: "Client Two", Email: "other@example.com", Role: "client"}
	r.user(t, "registered", 1, client)
	r.user(t, "registered", 1, other)
	r.says(t, head("replied", 1), "agent", "c1")
	r.says(t, head("replied", 2), "agent", "c2")
	r.caughtUp(t)
	wantFiles(t, cfg.Dir, 2)
	r.user(t, "deleted", 2, events.User{ID: "c1"})
	eventually(t, "its mail is gone", func() bool { files, _ := filepath.Glob(filepath.Join(cfg.Dir, "*_c1.eml")); return len(files) == 0 })
	r.caughtUp(t)
	wantFiles(t, cfg.Dir, 1)
	r.says(t, head("replied", 3), "agent", "c1") // announced late
	r.caughtUp(t)
	for _, file := range wantFiles(t, cfg.Dir, 1) {
		if text, err := os.ReadFile(file); err != nil || !strings.Contains(string(text), other.Email) {
			t.Errorf("%s, %v", text, err)
		}
	}
	if text, err := os.ReadFile(filepath.Join(cfg.Dir, "sent")); err != nil || strings.Contains(string(text), client.Name) || strings.Contains(string(text), "@") {
		t.Errorf("the memory tells of people: %s, %v", text, err)
	}
}

// A reply may be announced before its client is: the mail waits for that.
func TestClientWhoIsNotAnnouncedYet(t *testing.T) {
	t.Parallel()
	r, cfg := newRig(t), notifier.Defaults()
	cfg.Dir = t.TempDir()
	defer r.run(t, cfg)()
	r.says(t, head("replied", 1), "agent", "c1")
	eventually(t, "it is delivered again", func() bool { return r.deliveries(t) > 1 })
	r.user(t, "registered", 1, client)
	r.caughtUp(t)
	wantFiles(t, cfg.Dir, 1)
}

// What a server says of itself is waited for, however often; what it says of a mail counts as a failure of that mail.
func TestRefusals(t *testing.T) {
	t.Parallel()
	const times = 3
	for name, c := range map[string]struct {
		command string
		code    int
		ofMail  bool
	}{
		"no room for anybody":     {"MAIL", 452, false},
		"too busy to take it":     {"DATA", 451, false},
		"sender refused":          {"MAIL", 550, true},
		"recipient's box is full": {"RCPT", 452, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mails := &mailServer{left: times, refusals: map[string]*smtp.SMTPError{c.command: {Code: c.code, Message: name}}}
			r, address := newRig(t), mails.listen(t, "127.0.0.1:0").Addr().String()
			defer r.run(t, through(t, address))()
			r.user(t, "registered", 1, client)
			r.says(t, head("replied", 1), "agent", "c1")
			eventually(t, "the mail is there", func() bool { return len(mails.all()) == 1 })
			r.caughtUp(t)
			if n := r.deliveries(t); c.ofMail && n != 1+times || !c.ofMail && n != 1 || len(mails.all()) != 1 {
				t.Errorf("delivered %d times, %d mails", n, len(mails.all()))
			}
		})
	}
}

// Who is refused for good is not tried again, and the log names the event and not the address, which would outlive the account.
func TestRefusedForGood(t *testing.T) {
	t.Parallel()
	mails := &mailServer{left: 1, refusals: map[string]*smtp.SMTPError{"RCPT": {Code: 550, Message: "no mailbox " + client.Email}}}
	r, address := newRig(t), mails.listen(t, "127.0.0.1:0").Addr().String()
	defer r.run(t, through(t, address))()
	r.user(t, "registered", 1, client)
	r.says(t, head("replied", 1), "agent", "c1")
	eventually(t, "it is refused", func() bool { return r.log.has("mail refused for good") })
	r.caughtUp(t)
	if n := r.deliveries(t); n != 1 || len(mails.all()) != 0 || r.log.has(client.Email) || !r.log.has("550") {
		t.Errorf("delivered %d times, %d mails; the log:\n%s", n, len(mails.all()), r.log.text.String())
	}
}

// A subject comes as it was written, whatever a mail program would make of it.
func TestSubjectIsNotDecoded(t *testing.T) {
	t.Parallel()
	mails := &mailServer{}
	r, address := newRig(t), mails.listen(t, "127.0.0.1:0").Addr().String()
	defer r.run(t, through(t, address))()
	trick := client
	trick.Name = "=?utf-8?q?Support?="
	r.user(t, "registered", 1, trick)
	for i, subject := range []string{"=?utf-8?b?4oCudGVz?=", "Rechnung \u202egnp.exe", "Grüße"} {
		r.asks(t, head("replied", i+1), subject)
		eventually(t, "the mail is there", func() bool { return len(mails.all()) == i+1 })
		raw := mails.all()[i]
		msg, err := netmail.ReadMessage(strings.NewReader(raw))
		check(t, err)
		if shown, err := new(mime.WordDecoder).DecodeHeader(msg.Header.Get("Subject")); err != nil || shown != "New reply: "+subject {
			t.Errorf("%q is shown as %q, %v", subject, shown, err)
		}
		if to := msg.Header.Get("To"); to != "<"+client.Email+">" {
			t.Errorf("To: %s", to)
		}
	}
}

// deliveries are how often events were handed to the notifier.
func (r rig) deliveries(t *testing.T) uint64 {
	t.Helper()
	c, err := r.js.Consumer(t.Context(), events.TicketStream, "notifier")
	if errors.Is(err, jetstream.ErrConsumerNotFound) {
		return 0
	}
	check(t, err)
	return c.CachedInfo().Delivered.Consumer
}

func wantFiles(t *testing.T, dir string, n int) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.eml"))
	if err != nil || len(files) != n {
		t.Fatalf("%v, %v, want %d files", files, err, n)
	}
	return files
}
