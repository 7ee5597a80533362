//go:build unix

package embedded_test

import (
	"context"
	"os/signal"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"crm.example/pkg/events"
)

// A limit to the size of files stands for a full disk. It holds for the whole process, hence no t.Parallel.
func TestStreamTakesEventsAgainWhenThereIsRoom(t *testing.T) {
	s := start(t, t.TempDir(), "127.0.0.1:0")
	js := service(t, s)
	publish(t, js, "crm.ticket.created.c.t", "before")

	signal.Ignore(syscall.SIGXFSZ)
	lift := limitFiles(t, 64<<10)
	for n := 0; offer(t, js, strings.Repeat("x", 16<<10)) == nil; n++ {
		if n > 100 {
			t.Fatal("the disk does not get full")
		}
	}
	lift()
	full := count(t, js, events.TicketStream)
	for end := time.Now().Add(soon); offer(t, js, "after") != nil; {
		if time.Now().After(end) {
			t.Fatal("the stream still refuses")
		}
	}
	if n := count(t, js, events.TicketStream); n != full+1 {
		t.Errorf("%d events, want the %d from before and one", n, full)
	}
	publish(t, js, "crm.user.registered.u", "the other stream goes on")
	their, err := jetstream.New(aStranger(t, s))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := their.CreateConsumer(t.Context(), events.TicketStream, jetstream.ConsumerConfig{Durable: "mailer"}); err != nil {
		t.Error("strangers have no consumers any more: ", err)
	}
	if account, err := js.AccountInfo(t.Context()); err != nil || account.Limits.MaxConsumers != 1000 {
		t.Error("the limits are gone: ", err)
	}
}

// offer publishes and waits shortly: a stream that cannot write does not answer.
func offer(t *testing.T, js jetstream.JetStream, body string) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	_, err := js.Publish(ctx, "crm.ticket.created.c.t", []byte(body))
	return err
}

func limitFiles(t *testing.T, size uint64) (lift func()) {
	t.Helper()
	var usual syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &usual); err != nil {
		t.Fatal(err)
	}
	set := func(limit syscall.Rlimit) {
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { set(usual) })
	set(syscall.Rlimit{Cur: size, Max: usual.Max})
	return func() { set(usual) }
}
