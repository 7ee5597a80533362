// Package notified_test tests the notifier as it is deployed: a program of its own, beside the services, as the user `consumer` of
// deploy/nats/nats.conf.
package notified_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"crm.example/e2e/crm"
	"crm.example/e2e/target"
	"crm.example/pkg/events"
)

// within is for a busy machine.
const within = 60 * time.Second

// A reply gives a mail to the client, whose address the notifier reads in the stream of users.
func TestReplyGivesAMail(t *testing.T) {
	t.Parallel()
	target.Demand(t, "that the notifier works with the rights of consumers")
	d, err := target.Deploy(t.TempDir(), target.Plan{Settings: []string{"AUTH_BCRYPT_COST=10", "AUTH_REGISTRY_TIMEOUT=2s", "TICKET_REGISTRY_TIMEOUT=2s"}})
	check(t, err)
	t.Cleanup(func() { check(t, d.Stop()) })
	mails, log := startNotifier(t, d.NATSURL)
	eventually(t, "the notifier consumes", log, func() bool { return consumes(t, d.NATSURL) })
	agent, client := crm.New(t, d.Target).SignUpAgent("Agent One"), crm.New(t, d.Target).SignUpClient("Client One")
	agent.Reply(client.Open("Printer", "It is on fire").ID, "Use water")
	eventually(t, "the mail is there", log, func() bool {
		bodies, err := mails.To(client.User.Email)
		return err == nil && len(bodies) == 1
	})
	if text := log(); strings.Contains(text, "ermissions") {
		t.Errorf("it was refused something:\n%s", text)
	}
}

// startNotifier builds and runs the program; log is what it has said.
func startNotifier(t *testing.T, natsURL string) (mails target.Folder, log func() string) {
	t.Helper()
	dir := t.TempDir()
	program := filepath.Join(dir, "notifier")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", program, "./cmd/notifier")
	build.Dir = filepath.Join("..", "..", "deploy", "examples", "notifier")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	said, err := os.Create(filepath.Join(dir, "log"))
	check(t, err)
	ctx, end := context.WithCancel(context.Background())
	run := exec.CommandContext(ctx, program)
	run.Env = []string{"NOTIFIER_NATS_URL=" + natsURL, "NOTIFIER_DIR=" + filepath.Join(dir, "mail")}
	run.Stderr, run.Cancel, run.WaitDelay = said, func() error { return run.Process.Signal(os.Interrupt) }, within
	check(t, run.Start())
	t.Cleanup(func() { end(); _ = run.Wait(); _ = said.Close() })
	return target.Folder(filepath.Join(dir, "mail")), func() string {
		text, _ := os.ReadFile(said.Name())
		return string(text)
	}
}

// consumes tells whether the notifier's durable is there: it begins with what happens from then on.
func consumes(t *testing.T, natsURL string) bool {
	t.Helper()
	conn, err := nats.Connect(natsURL)
	check(t, err)
	defer conn.Close()
	js, err := jetstream.New(conn)
	check(t, err)
	_, err = js.Consumer(t.Context(), events.TicketStream, "notifier")
	return err == nil
}

func eventually(t *testing.T, what string, log func() string, done func() bool) {
	t.Helper()
	for end := time.Now().Add(within); !done(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%s: not within %s\n%s", what, within, log())
		}
	}
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
