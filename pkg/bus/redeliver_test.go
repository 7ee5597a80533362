package bus_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"crm.example/pkg/bus"
	"crm.example/pkg/events"
	"crm.example/pkg/testenv"
)

// Until the dead letter is stored the event is not acknowledged, and nothing overtakes it.
func TestDeadLetterThatCannotBeStored(t *testing.T) {
	t.Parallel()
	js, w := ticketStreams(t), &witness{}
	w.answer = func(_ context.Context, id string, _ int) error {
		if id == "a-1" {
			return errMail
		}
		return nil
	}
	if err := js.DeleteStream(t.Context(), events.TicketDeadStream); err != nil {
		t.Fatal(err)
	}
	announce(t, js, "replied", "a", 1)
	announce(t, js, "replied", "a", 2)
	consume(t, js, quick, w.handle)
	testenv.Eventually(t, "tried beyond the limit", func() bool { return len(w.calls()) > quick.Limit })
	for _, id := range w.calls() {
		if id != "a-1" {
			t.Fatalf("handled %v", w.calls())
		}
	}
	if _, err := js.CreateStream(t.Context(), jetstream.StreamConfig{Name: events.TicketDeadStream, Subjects: []string{events.TicketDeadSubjects}}); err != nil {
		t.Fatal(err)
	}
	caughtUp(t, js, "probe")
	if all := letters(t, js); len(all) != 1 || all[0].Header.Get(events.DeadError) != "mail server says no" {
		t.Errorf("dead letters: %+v", all)
	}
}

// A process that dies between storing the letter and acknowledging the event leaves one letter, not two.
func TestDeadLetterIsStoredOnce(t *testing.T) {
	t.Parallel()
	js, w := ticketStreams(t), &witness{}
	w.answer = func(context.Context, string, int) error { return errMail }
	announce(t, js, "replied", "a", 1)
	for range 2 {
		stop := consume(t, js, quick, w.handle)
		caughtUp(t, js, "probe")
		stop()
		if err := js.DeleteConsumer(t.Context(), events.TicketStream, "probe"); err != nil { // as if nothing had been acknowledged
			t.Fatal(err)
		}
	}
	if n := len(letters(t, js)); n != 1 || len(w.calls()) != 2*quick.Limit {
		t.Errorf("%d dead letters after %d calls", n, len(w.calls()))
	}
}

// An event that ends every process which handles it is set aside by the next one without being handled.
func TestEventThatKillsItsProcess(t *testing.T) {
	t.Parallel()
	js, w := ticketStreams(t), &witness{}
	announce(t, js, "replied", "a", 1)
	announce(t, js, "replied", "b", 1)
	killed, err := js.CreateConsumer(t.Context(), events.TicketStream, jetstream.ConsumerConfig{
		Durable: "probe", AckPolicy: jetstream.AckExplicitPolicy, MaxAckPending: 1,
	})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 * quick.Limit {
		msg, err := killed.Next()
		if err != nil {
			t.Fatal(err)
		}
		_ = msg.Nak() // stands for the process that dies and the wait after it
	}
	consume(t, js, quick, w.handle)
	w.want(t, "b-1")
	if all := letters(t, js); len(all) != 1 || !strings.Contains(all[0].Header.Get(events.DeadError), "may end the process") {
		t.Errorf("dead letters: %+v", all)
	}
}

func TestDeadLettersAreDeliveredAgainByOrder(t *testing.T) {
	t.Parallel()
	js, w := ticketStreams(t), &witness{}
	var repaired atomic.Bool
	w.answer = func(_ context.Context, id string, _ int) error {
		if !repaired.Load() && id != "a-2" {
			return errMail
		}
		return nil
	}
	announce(t, js, "replied", "a", 1)
	announce(t, js, "replied", "a", 2)
	announce(t, js, "replied", "b", 1)
	once := quick
	once.Limit = 1
	stop := consume(t, js, once, w.handle)
	w.want(t, "a-1", "a-2", "b-1")
	caughtUp(t, js, "probe")
	stop()
	repaired.Store(true)
	order := jetstream.ConsumerConfig{Durable: "probe", AckPolicy: jetstream.AckExplicitPolicy, FilterSubject: "dead.ticket.probe.c1.a"}
	if _, err := js.CreateConsumer(t.Context(), events.TicketDeadStream, order); err != nil {
		t.Fatal(err)
	}
	consume(t, js, once, w.handle)
	w.want(t, "a-1", "a-2", "b-1", "a-1")
	testenv.Eventually(t, "the order is gone", func() bool {
		_, err := js.Consumer(t.Context(), events.TicketDeadStream, "probe")
		return errors.Is(err, jetstream.ErrConsumerNotFound)
	})
	if n := len(letters(t, js)); n != 2 {
		t.Errorf("%d dead letters are kept, want both", n)
	}
}

// A letter that waits says why, once for the order that it is delivered by.
func TestDeadLetterThatWaits(t *testing.T) {
	t.Parallel()
	js, w, log := ticketStreams(t), &witness{}, &lines{}
	w.answer = func(_ context.Context, _ string, calls int) error {
		switch {
		case calls == 1:
			return errMail
		case calls < 6:
			return bus.Later(errMail)
		}
		return nil
	}
	announce(t, js, "replied", "a", 1)
	once := quick
	once.Limit, once.Log = 1, slog.New(slog.NewTextHandler(log, nil))
	stop := consume(t, js, once, w.handle)
	caughtUp(t, js, "probe")
	stop()
	if _, err := js.CreateConsumer(t.Context(), events.TicketDeadStream, jetstream.ConsumerConfig{Durable: "probe", AckPolicy: jetstream.AckExplicitPolicy}); err != nil {
		t.Fatal(err)
	}
	consume(t, js, once, w.handle)
	testenv.Eventually(t, "it is handled", func() bool { return log.count("A dead letter was handled") == 1 })
	if n := log.count("Dead letters wait"); n != 1 {
		t.Errorf("%d lines tell that it waits", n)
	}
}

func TestOnlyWhatTheStreamHasIsDeliveredAgain(t *testing.T) {
	t.Parallel()
	js, w := ticketStreams(t), &witness{}
	announce(t, js, "replied", "a", 1)
	announce(t, js, "replied", "b", 1)
	consume(t, js, quick, w.handle)
	w.want(t, "a-1", "b-1")
	stream, err := js.Stream(t.Context(), events.TicketStream)
	if err != nil {
		t.Fatal(err)
	}
	genuine, err := stream.GetMsg(t.Context(), 2)
	if err != nil {
		t.Fatal(err)
	}
	forged := bytes.ReplaceAll(genuine.Data, []byte("b-1"), []byte("f-1"))
	for _, letter := range []struct {
		body     []byte
		sequence string
	}{{forged, "2"}, {forged, "77"}, {genuine.Data, "1"}, {genuine.Data, ""}, {genuine.Data, "2"}} {
		m := &nats.Msg{Subject: "dead.ticket.probe.c1.b", Data: letter.body, Header: nats.Header{events.DeadSequence: {letter.sequence}}}
		if _, err := js.PublishMsg(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := js.CreateConsumer(t.Context(), events.TicketDeadStream, jetstream.ConsumerConfig{Durable: "probe", AckPolicy: jetstream.AckExplicitPolicy}); err != nil {
		t.Fatal(err)
	}
	testenv.Eventually(t, "the order is gone", func() bool {
		_, err := js.Consumer(t.Context(), events.TicketDeadStream, "probe")
		return errors.Is(err, jetstream.ErrConsumerNotFound)
	})
	w.want(t, "a-1", "b-1", "b-1")
}
