package main_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nats-io/nats.go/jetstream"

	"crm.example/pkg/events"
)

// Beside a running server, whose port of NATS nobody needs to know, and again: streams that were lost have everybody and
// every ticket once, as they are, and go on from there.
func TestRebuildBesideTheServer(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	if out, code := p.tell("events", "rebuild"); code == 0 || !strings.Contains(out, "there is no file") {
		t.Errorf("of nothing: exit code %d: %s", code, out)
	}
	running := p.start()
	c := newClient(p)
	c.signUp(t)
	var opened ticket
	c.must(t, "POST", "/v1/ticket", map[string]string{"subject": "Printer", "message": "It is on fire"}, &opened, 201)
	running.stop()
	if err := os.RemoveAll(filepath.Join(p.data, "nats", "jetstream")); err != nil {
		t.Fatal(err)
	}
	running = p.start()
	wantStream(t, p, events.UserStream)
	wantStream(t, p, events.TicketStream)
	for range 2 {
		if out, code := p.tell("events", "rebuild"); code != 0 || !strings.Contains(out, "The events are in the outbox") {
			t.Fatalf("exit code %d: %s", code, out)
		}
	}
	c.renew(t)
	c.must(t, "PATCH", "/v1/user", map[string]string{"company": "One Ltd"}, nil, 200)
	c.must(t, "PATCH", "/v1/ticket/close-ticket/"+opened.ID, nil, nil, 200)
	wantStream(t, p, events.UserStream, "updated 1", "updated 2")
	wantStream(t, p, events.TicketStream, "updated 1", "closed 2")

	if out, code := p.tell("events"); code == 0 || !strings.Contains(out, `there is no command "events"`) {
		t.Errorf("exit code %d: %s", code, out)
	}
	running.stop()
	if out, code := p.tell("export", "--settled", t.TempDir()); code != 0 {
		t.Errorf("events are left: exit code %d: %s", code, out)
	}
}

// must ends the test unless the answer has the status.
func (c *client) must(t *testing.T, method, path string, body, answer any, want int) {
	t.Helper()
	if err := c.call(method, path, body, answer, want); err != nil {
		t.Fatal(err)
	}
}

// wantStream waits for that many events, and wants these verbs and sequences.
func wantStream(t *testing.T, p *place, name string, want ...string) {
	t.Helper()
	stream := strangersStream(t, p.nats, name)
	eventually(t, name+" has its events", func() bool {
		info, err := stream.Info(t.Context())
		return err == nil && info.State.Msgs >= uint64(len(want))
	})
	var got []string
	for place := uint64(1); place <= stream.CachedInfo().State.LastSeq; place++ {
		msg, err := stream.GetMsg(t.Context(), place)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, told(t, msg))
	}
	if strings.Join(got, ", ") != strings.Join(want, ", ") {
		t.Errorf("%s tells %v, want %v", name, got, want)
	}
}

func told(t *testing.T, msg *jetstream.RawStreamMsg) string {
	t.Helper()
	e, meta, err := events.Open(msg.Data)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(strings.Split(e.Type, ".")[2], " ", meta.Sequence)
}
