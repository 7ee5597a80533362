package main_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nats-io/nats.go/jetstream"

	"crm.example/pkg/events"
)

func TestNotifierInTheProcess(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "STANDALONE_NOTIFIER=true", "NOTIFIER_LINK=https://help.example.com/{id}")
	p.start()
	c := newClient(p)
	c.signUp(t)
	var opened struct{ ID string }
	if err := c.call("POST", "/v1/ticket", map[string]string{"subject": "Printer", "message": "It is on fire"}, &opened, 201); err != nil {
		t.Fatal(err)
	}
	if out, code := p.tell("user", "grant-role", "--email", email, "--role", "agent"); code != 0 {
		t.Fatal(out)
	}
	c.logIn(t)
	eventually(t, "the notifier consumes", func() bool {
		_, err := strangersStream(t, p.nats, events.TicketStream).Consumer(t.Context(), "notifier")
		return err == nil
	})
	if err := c.call("PUT", "/v1/ticket/"+opened.ID, map[string]string{"message": "Use water"}, nil, 200); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the mail is there", func() bool {
		mails, _ := filepath.Glob(filepath.Join(p.data, "notifier", "*.eml"))
		if len(mails) != 1 {
			return false
		}
		text, err := os.ReadFile(mails[0])
		return err == nil && strings.Contains(string(text), email) && strings.Contains(string(text), "https://help.example.com/"+opened.ID[:8]) // the rest is on the next line
	})
}

// A stranger on the NATS port may make the notifier's durable useless, and ends nothing else with it.
func TestServerOutlastsItsNotifier(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	first := p.start()
	useless := jetstream.ConsumerConfig{Durable: "notifier", AckPolicy: jetstream.AckNonePolicy}
	eventually(t, "the durable is there", func() bool {
		_, err := strangersJetStream(t, p.nats).CreateConsumer(t.Context(), events.TicketStream, useless)
		return err == nil
	})
	first.stop()
	p.more = append(p.more, "STANDALONE_NOTIFIER=true")
	second := p.start()
	eventually(t, "the notifier gives up", func() bool { return strings.Contains(second.out.String(), "The notifier has ended") })
	newClient(p).signUp(t)
	if code := second.stop(); code != 0 {
		t.Errorf("exit code %d\n%s", code, second.out)
	}
}

func TestNotifierSettingsThatCannotWork(t *testing.T) {
	t.Parallel()
	for setting, want := range map[string]string{
		"NOTIFIER_NATS_URL=nats://127.0.0.1:4222": "NOTIFIER_NATS_URL has no meaning here",
		"NOTIFIER_LINK=nowhere":                   "NOTIFIER_LINK must",
		"NOTIFIER_LINKS=x":                        "NOTIFIER_LINKS",
	} {
		if out, code := newPlace(t, "STANDALONE_NOTIFIER=true", setting).tell(); code == 0 || !strings.Contains(out, want) {
			t.Errorf("%s: exit code %d: %s", setting, code, out)
		}
	}
}
