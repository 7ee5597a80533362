package storetest

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"crm.example/pkg/problem"
	"crm.example/services/ticket/internal/ticket"
)

// parallel runs n calls at once and fails the test on any error.
func parallel(t *testing.T, n int, call func(n int) error) {
	t.Helper()
	var done sync.WaitGroup
	for i := range n {
		done.Go(func() {
			if err := call(i); err != nil {
				t.Errorf("call %d: %v", i, err)
			}
		})
	}
	done.Wait()
	if t.Failed() {
		t.FailNow()
	}
}

func testNoLostUpdate(t *testing.T, open Open) {
	s, client := fresh(t, open), newClient()
	tk := create(t, s, client, noon, printer)
	const writers, replies = 32, 4
	parallel(t, writers, func(n int) error {
		for i := range replies {
			if _, err := edit(t.Context(), s, client, tk.ID, noon, ticket.Edit{Message: to(fmt.Sprintf("%d.%d", n, i))}); err != nil {
				return err
			}
		}
		return nil
	})
	after := find(t, s, tk.ID)
	if want := 1 + writers*replies; after.Version != want || after.MessageCount != want || len(after.Conversation) != want {
		t.Fatalf("version %d, count %d, %d messages, want %d of each", after.Version, after.MessageCount, len(after.Conversation), want)
	}
	seen, size := map[string]bool{}, 0
	for i, m := range after.Conversation {
		if m.Seq != i+1 || seen[m.Text] {
			t.Errorf("message %d has seq %d and the text %q", i+1, m.Seq, m.Text)
		}
		seen[m.Text] = true
		size += len(m.Text)
	}
	if after.Size != size {
		t.Errorf("size %d, want %d", after.Size, size)
	}
	checkSequence(t, pending(t, s), after.Version)
}

// testWholeAtOneMoment reads while others write.
func testWholeAtOneMoment(t *testing.T, open Open) {
	s, client := fresh(t, open), newClient()
	tk := create(t, s, client, noon, printer)
	var written atomic.Bool
	parallel(t, 3, func(n int) error {
		if n == 0 {
			defer written.Store(true)
			for range 50 {
				if _, err := edit(t.Context(), s, client, tk.ID, noon, ticket.Edit{Message: to("More")}); err != nil {
					return err
				}
			}
			return nil
		}
		for !written.Load() {
			got, err := s.Find(t.Context(), ticket.Scope{}, tk.ID)
			if err != nil {
				return err
			}
			if got.MessageCount != len(got.Conversation) {
				return fmt.Errorf("a ticket of %d messages has %d", got.MessageCount, len(got.Conversation))
			}
		}
		return nil
	})
}

func testLongConversation(t *testing.T, open Open) {
	s, client := fresh(t, open), newClient()
	tk := create(t, s, client, noon, ticket.Draft{Subject: "Long", Message: "0"})
	long := strings.Repeat("é", 20_000)
	for tk.Size+len(long) <= ticket.MaxSize {
		var err error
		if tk, err = edit(t.Context(), s, client, tk.ID, noon, ticket.Edit{Message: &long}); err != nil {
			t.Fatal(err)
		}
	}
	if found := find(t, s, tk.ID); len(found.Conversation) != 27 || found.Conversation[26].Text != long {
		t.Errorf("%d messages came back, want 27", len(found.Conversation))
	}
}

func testDeleteOnceInParallel(t *testing.T, open Open) {
	s, client := fresh(t, open), newClient()
	tk := create(t, s, client, noon, printer)
	var deleted atomic.Int32
	parallel(t, 16, func(int) error {
		st := stamp(client, noon)
		_, err := s.Update(t.Context(), ticket.Target{ID: tk.ID}, func(tk *ticket.Ticket, _ ticket.Idempotency) error {
			tk.Delete(st)
			return nil
		})
		switch {
		case err == nil:
			deleted.Add(1)
		case !problem.Is(err, problem.NotFound):
			return err
		}
		return nil
	})
	if deleted.Load() != 1 || len(pending(t, s)) != 2 {
		t.Errorf("deleted %d times with %d events, want once with one more", deleted.Load(), len(pending(t, s)))
	}
}
