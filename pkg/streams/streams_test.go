package streams_test

import (
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"crm.example/pkg/events"
	"crm.example/pkg/streams"
	"crm.example/pkg/testenv"
)

func configOf(t *testing.T, js jetstream.JetStream, name string) jetstream.StreamConfig {
	t.Helper()
	stream, err := js.Stream(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	return stream.CachedInfo().Config
}

func ensure(t *testing.T, js jetstream.JetStream, want jetstream.StreamConfig) {
	t.Helper()
	if err := streams.Ensure(t.Context(), js, want); err != nil {
		t.Fatal(err)
	}
}

func TestEnsureIsSafeFromSeveralProcesses(t *testing.T) {
	t.Parallel()
	js := testenv.JetStream(t, testenv.NATS(t))
	var wg sync.WaitGroup
	for range 10 {
		wg.Go(func() {
			if err := streams.Ensure(t.Context(), js, streams.Of(events.UserStream, 0)); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	is := configOf(t, js, events.UserStream)
	if is.MaxAge != 0 || is.Storage != jetstream.FileStorage || is.Duplicates != 2*time.Minute || is.Subjects[0] != events.UserSubjects {
		t.Errorf("stream is %+v", is)
	}
}

func TestEnsureKeepsWhatAnOperatorSet(t *testing.T) {
	t.Parallel()
	js := testenv.JetStream(t, testenv.NATS(t))
	ensure(t, js, streams.Of(events.TicketStream, 0))
	own := configOf(t, js, events.TicketStream)
	own.Description, own.MaxBytes = "on the large disk", 1<<30
	if _, err := js.UpdateStream(t.Context(), own); err != nil {
		t.Fatal(err)
	}
	ensure(t, js, streams.Of(events.TicketStream, 90*24*time.Hour))
	is := configOf(t, js, events.TicketStream)
	if is.MaxAge != 90*24*time.Hour || is.Description != own.Description || is.MaxBytes != own.MaxBytes {
		t.Errorf("stream is %+v", is)
	}
}

func TestEnsureRefusesOneInMemory(t *testing.T) {
	t.Parallel()
	js := testenv.JetStream(t, testenv.NATS(t))
	inMemory := streams.Of(events.TicketStream, 0)
	inMemory.Storage = jetstream.MemoryStorage
	if _, err := js.CreateStream(t.Context(), inMemory); err != nil {
		t.Fatal(err)
	}
	if err := streams.Ensure(t.Context(), js, streams.Of(events.TicketStream, 0)); err == nil {
		t.Error("a stream that a power failure empties was taken")
	}
}
