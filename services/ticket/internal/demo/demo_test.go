package demo_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/google/uuid"

	"crm.example/pkg/registry/memory"
	"crm.example/services/ticket/internal/announce"
	"crm.example/services/ticket/internal/demo"
	"crm.example/services/ticket/internal/store/sqlitestore"
	"crm.example/services/ticket/internal/ticket"
)

// Sixty days leave a desk on which every list has something, nothing lies ahead of now, and conversations go back and forth.
func TestFill(t *testing.T) {
	t.Parallel()
	store, err := sqlitestore.Open(t.Context(), filepath.Join(t.TempDir(), "ticket.db"), announce.Message)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	newID := func() string { return uuid.Must(uuid.NewV7()).String() }
	cast := demo.Cast{Agents: []ticket.Actor{{ID: newID(), Name: "Admin One", Role: ticket.Admin}, {ID: newID(), Name: "Agent One", Role: ticket.Agent}}}
	for _, a := range cast.Agents {
		if err := ticket.Learn(t.Context(), store, ticket.Person{ID: a.ID, Name: a.Name, Role: a.Role, Sequence: 1}); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"Client One", "Client Two"} {
		client := ticket.Actor{ID: newID(), Name: name, Role: ticket.Client}
		cast.Clients = append(cast.Clients, client)
		if err := ticket.Learn(t.Context(), store, ticket.Person{ID: client.ID, Name: name, Role: ticket.Client, Sequence: 1}); err != nil {
			t.Fatal(err)
		}
	}
	now, told := time.Date(2026, 11, 30, 17, 0, 0, 0, time.UTC), 0
	desk := ticket.Desk{
		Store: store, Throttle: memory.New(), Limits: ticket.Limits{Opened: 1000, Replies: 1000}, NewID: newID,
		ReopenWindow: 14 * 24 * time.Hour, Announce: func(string) {},
	}
	n, err := demo.Fill(t.Context(), desk, cast, now, func(done, of int) {
		if told++; done != told || done > of {
			t.Errorf("told of %d of %d", done, of)
		}
	})
	all, failed := store.TicketsAfter(t.Context(), "", 1000)
	if err != nil || failed != nil || len(all) != n || told != n || n < 100 {
		t.Fatalf("%d tickets, told of %d, %d are there, %v, %v", n, told, len(all), err, failed)
	}
	seen := map[string]int{}
	for _, tk := range all {
		if tk.OpenedAt.Before(now.AddDate(0, 0, -61)) || tk.UpdatedAt.After(now) {
			t.Errorf("opened at %s, changed at %s", tk.OpenedAt, tk.UpdatedAt)
		}
		seen[string(tk.Status)]++
		for what, is := range map[string]bool{
			"assigned": tk.AssigneeID != "", "noted": len(tk.Notes) > 0, "rated": !tk.RatedAt.IsZero(), "tagged": len(tk.Tags) > 0, "snoozed": tk.SnoozedUntil.After(now), "long": tk.MessageCount > 3, "by an agent": tk.Conversation[0].Author.Role == ticket.Agent,
		} {
			if is {
				seen[what]++
			}
		}
	}
	for _, what := range []string{"pending-agent", "pending-client", "closed", "assigned", "noted", "rated", "tagged", "snoozed", "long", "by an agent"} {
		if seen[what] == 0 {
			t.Errorf("no ticket is %s: %v", what, seen)
		}
	}
	if replies, err := store.SavedReplies(t.Context()); err != nil || len(replies) == 0 {
		t.Errorf("saved replies are %v, %v", replies, err)
	}
}
