package ticket_test

import (
	"slices"
	"testing"

	"crm.example/services/ticket/internal/ticket"
)

// Each change wakes the relay once, with the ticket whose event waits: nobody has to wait for the sweep.
func TestEachChangeWakesTheRelay(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		before func(o *office, id string) error // of the change
		change func(o *office, id string) error
	}{
		"reply": {none, func(o *office, id string) error { return o.edit(agent, id, ticket.Edit{Message: to("Run")}) }},
		"edit":  {none, func(o *office, id string) error { return o.edit(client, id, ticket.Edit{Subject: to("Fire")}) }},
		"close": {none, (*office).close},
		"reopen": {(*office).close, func(o *office, id string) error {
			return o.edit(client, id, ticket.Edit{Message: to("Again")})
		}},
		"delete": {none, func(o *office, id string) error { return o.desk.Delete(o.t.Context(), client, id, nil) }},
		"erasure": {
			func(o *office, _ string) error { return o.eraser.UserDeleted(o.t.Context(), client.ID) },
			func(o *office, _ string) error { return o.eraser.Work(o.t.Context()) },
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			var woken []string
			wake := func(id string) { woken = append(woken, id) }
			o.desk.Announce, o.eraser.Announce = wake, wake
			opened, err := o.desk.Open(t.Context(), client, ticket.Draft{Subject: "Printer", Message: "It is on fire"})
			if err != nil || !slices.Equal(woken, []string{opened.ID}) {
				t.Fatalf("opening %s woke %v, %v", opened.ID, woken, err)
			}
			if err := c.before(o, opened.ID); err != nil {
				t.Fatal(err)
			}
			woken = nil
			if err := c.change(o, opened.ID); err != nil || !slices.Equal(woken, []string{opened.ID}) {
				t.Errorf("woken %v, %v, want %s once", woken, err, opened.ID)
			}
		})
	}
}

func none(*office, string) error { return nil }

func (o *office) edit(a ticket.Actor, id string, e ticket.Edit) error {
	_, err := o.desk.Edit(o.t.Context(), a, id, e)
	return err
}

func (o *office) close(id string) error {
	_, err := o.desk.Close(o.t.Context(), agent, id, nil)
	return err
}
