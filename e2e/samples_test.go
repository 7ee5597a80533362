package e2e_test

import (
	"crypto/rand"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"crm.example/pkg/events"
)

var python = regexp.MustCompile("(?s)```python\n(.*?)```")

// sampleOf is a program of docs/events.md. Its durable gets another name, as the tests share the stream.
type sampleOf struct {
	language *regexp.Regexp
	durable  string
	run      func(*testing.T, string) *exec.Cmd
	handles  string // the line that handles an event
	fails    string
	times    []string // what makes it fast, in pairs
}

var samples = map[string]sampleOf{
	"JavaScript": {javaScript, "replies-js", javaScriptOf, "console.log(", "throw new Error('no template');(", []string{"deliveryCount < 8", "deliveryCount < 2", "1000 *", "1 *"}},
	"Python":     {python, "replies-py", pythonOf, "print(f'{message", "raise ValueError('no\\ntemplate')\n    print(f'{message", []string{"num_delivered < 8", "num_delivered < 2", "delay=2 **", "delay=0.001 **"}},
}

// TestSubscribeBySamples runs the programs of docs/events.md as they stand there.
func TestSubscribeBySamples(t *testing.T) {
	t.Parallel()
	for name, s := range samples {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			program, _ := s.program(t)
			want := aReply(t).line
			wantAmong(t, printed(t, s.run(t, program)), want)
		})
	}
}

// An event that a sample cannot handle is a dead letter of it at the last delivery, where bus.Consume would have put it.
func TestSubscribeBySamplesThatFail(t *testing.T) {
	t.Parallel()
	for name, s := range samples {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			program, durable := s.program(t)
			program = strings.NewReplacer(append(s.times, s.handles, s.fails)...).Replace(program)
			_ = printed(t, s.run(t, program))
			client := stranger(t).SignUpClient("Client One")
			ticket := client.Open("Fail", "First.")
			client.Reply(ticket.ID, "Second.")
			letter := deadLetter(t, "dead.ticket."+durable+"."+client.User.ID+"."+ticket.ID)
			if e, err := events.Decode[events.TicketReplied](letter.Data); err != nil || e.Message.Message != "Second." {
				t.Errorf("%+v, %v", e, err)
			}
			for header, want := range map[string]string{
				events.DeadError: "no template", events.DeadDeliveries: "2", events.DeadConsumer: durable, events.DeadStream: events.TicketStream,
				events.DeadSubject: "crm.ticket.replied." + client.User.ID + "." + ticket.ID,
			} {
				if got := letter.Header.Get(header); got != want {
					t.Errorf("%s is %q, want %q", header, got, want)
				}
			}
			if _, err := time.Parse(events.TimeLayout, letter.Header.Get(events.DeadTime)); err != nil || letter.Header.Get(events.DeadSequence) == "" {
				t.Errorf("%v, %v", err, letter.Header)
			}
		})
	}
}

func (s sampleOf) program(t *testing.T) (program, durable string) {
	t.Helper()
	if os.Getenv("E2E_JAVASCRIPT") == "" {
		t.Skip("make subscribe runs it")
	}
	durable = s.durable + "-" + rand.Text()
	return strings.ReplaceAll(first(t, consumersPage, s.language), s.durable, durable), durable
}

func deadLetter(t *testing.T, subject string) (letter *jetstream.RawStreamMsg) {
	t.Helper()
	stream, err := consumerRights(t).Stream(t.Context(), events.TicketDeadStream)
	if err != nil {
		t.Fatal(err)
	}
	eventually(t, "there is a dead letter", func() bool {
		letter, err = stream.GetLastMsgForSubject(t.Context(), subject)
		return err == nil
	})
	return letter
}
