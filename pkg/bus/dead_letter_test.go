package bus_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"crm.example/pkg/bus"
	"crm.example/pkg/events"
	"crm.example/pkg/testenv"
)

func TestEventThatFailsForGoodIsADeadLetter(t *testing.T) {
	t.Parallel()
	js, w := ticketStreams(t), &witness{}
	w.answer = func(_ context.Context, id string, _ int) error {
		if id == "a-1" {
			return errMail
		}
		return nil
	}
	announce(t, js, "replied", "a", 1)
	announce(t, js, "replied", "a", 2)
	consume(t, js, quick, w.handle)
	w.want(t, "a-1", "a-1", "a-1", "a-2")
	caughtUp(t, js, "probe")
	all := letters(t, js)
	if len(all) != 1 || all[0].Subject != "dead.ticket.probe.c1.a" {
		t.Fatalf("dead letters: %+v", all)
	}
	if e, err := events.Decode[events.TicketReplied](all[0].Data); err != nil || e.ID != "a-1" {
		t.Errorf("its body: %+v, %v", e, err)
	}
	h := all[0].Header
	for name, want := range map[string]string{
		events.DeadError: "mail server says no", events.DeadDeliveries: "3", events.DeadConsumer: "probe",
		events.DeadSubject: "crm.ticket.replied.c1.a", events.DeadStream: events.TicketStream, events.DeadSequence: "1",
	} {
		if h.Get(name) != want {
			t.Errorf("%s: %q, want %q", name, h.Get(name), want)
		}
	}
	if _, err := time.Parse(events.TimeLayout, h.Get(events.DeadTime)); err != nil {
		t.Error(err)
	}
}

func TestPanicIsAnError(t *testing.T) {
	t.Parallel()
	js, w := ticketStreams(t), &witness{}
	w.answer = func(_ context.Context, id string, _ int) error {
		if id == "a-1" {
			panic("no such template")
		}
		return nil
	}
	announce(t, js, "replied", "a", 1)
	announce(t, js, "replied", "b", 1)
	consume(t, js, quick, w.handle)
	w.want(t, "a-1", "a-1", "a-1", "b-1")
	caughtUp(t, js, "probe")
	if all := letters(t, js); len(all) != 1 || all[0].Header.Get(events.DeadError) != "panic: no such template" {
		t.Errorf("dead letters: %+v", all)
	}
}

func TestBrokenEventsAreDeadAtOnce(t *testing.T) {
	t.Parallel()
	js, w := ticketStreams(t), &witness{}
	sound := `{"specversion":"1.0","id":"x","source":"/crm/ticket","type":"crm.ticket.replied.v1","subject":"a","time":"2026-01-31T09:30:00.000Z","sequence":"0000000001","data":`
	for _, body := range []string{"", "null", "not json", "[]", sound + `null}`, sound + `{"ticket":{"version":"seven"}}}`, strings.Replace(sound, "1.0", "0.3", 1) + `{}}`} {
		publish(t, js, "crm.ticket.replied.c1.a", []byte(body))
	}
	publish(t, js, "crm.ticket.replied.c1.b.c.d", []byte("{}"))
	announce(t, js, "replied", "e", 1)
	consume(t, js, quick, w.handleAll)
	w.want(t, "e-1")
	caughtUp(t, js, "probe")
	all := letters(t, js)
	if len(all) != 8 || string(all[2].Data) != "not json" || all[7].Subject != "dead.ticket.probe.c1.b" || all[7].Header.Get(events.DeadSubject) != "crm.ticket.replied.c1.b.c.d" {
		t.Fatalf("%d dead letters: %+v", len(all), all)
	}
	for _, l := range all {
		if l.Header.Get(events.DeadDeliveries) != "1" || l.Header.Get(events.DeadError) == "" {
			t.Errorf("%q: %v", l.Data, l.Header)
		}
	}
}

func TestLaterIsNoFailure(t *testing.T) {
	t.Parallel()
	js, w := ticketStreams(t), &witness{}
	w.answer = func(_ context.Context, _ string, calls int) error {
		if calls < 20 { // far more than Limit
			return fmt.Errorf("send: %w", bus.Later(errMail))
		}
		return nil
	}
	announce(t, js, "replied", "a", 1)
	consume(t, js, quick, w.handle)
	testenv.Eventually(t, "handled at last", func() bool { return len(w.calls()) == 20 })
	caughtUp(t, js, "probe")
	if n := len(letters(t, js)); n != 0 {
		t.Errorf("%d dead letters", n)
	}
	if !errors.Is(bus.Later(errMail), errMail) {
		t.Error("Later hides its reason")
	}
}
