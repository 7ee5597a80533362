package ticket_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"crm.example/pkg/problem"
	"crm.example/services/ticket/internal/ticket"
)

// lives has the whole product: every action of every role in every status, closed inside the reopen window and after it.
// A cell is the status afterwards and the verb of the event, "nothing" where nothing happens, or the code of the problem.
var lives = []struct {
	action ticket.Action
	role   ticket.Role
	cells  [4]string // of a ticket that is pending-agent, pending-client, closed, closed longer ago than the window
}{
	{ticket.ToRead, ticket.Client, [4]string{"nothing", "nothing", "nothing", "nothing"}},
	{ticket.ToRead, ticket.Agent, [4]string{"nothing", "nothing", "nothing", "nothing"}},
	{ticket.ToReply, ticket.Client, [4]string{"pending-agent replied", "pending-agent replied", "pending-agent reopened", "ticket-locked"}},
	{ticket.ToReply, ticket.Agent, [4]string{"pending-client replied", "pending-client replied", "pending-client reopened", "ticket-locked"}},
	{ticket.ToEdit, ticket.Client, [4]string{"pending-agent updated", "pending-client updated", "closed updated", "closed updated"}},
	{ticket.ToEdit, ticket.Agent, [4]string{"pending-agent updated", "pending-client updated", "closed updated", "closed updated"}},
	{ticket.ToClose, ticket.Client, [4]string{"closed closed", "closed closed", "nothing", "nothing"}},
	{ticket.ToClose, ticket.Agent, [4]string{"closed closed", "closed closed", "nothing", "nothing"}},
	{ticket.ToRate, ticket.Client, [4]string{"ticket-not-closed", "ticket-not-closed", "closed rated", "closed rated"}},
	{ticket.ToRate, ticket.Agent, [4]string{"role-forbidden", "role-forbidden", "role-forbidden", "role-forbidden"}},
	{ticket.ToFollowUp, ticket.Client, [4]string{"invalid-input", "invalid-input", "nothing", "nothing"}},
	{ticket.ToFollowUp, ticket.Agent, [4]string{"invalid-input", "invalid-input", "nothing", "nothing"}},
	{ticket.ToNote, ticket.Client, [4]string{"role-forbidden", "role-forbidden", "role-forbidden", "role-forbidden"}},
	{ticket.ToNote, ticket.Agent, [4]string{"pending-agent noted", "pending-client noted", "closed noted", "closed noted"}},
	{ticket.ToAssign, ticket.Client, [4]string{"role-forbidden", "role-forbidden", "role-forbidden", "role-forbidden"}},
	{ticket.ToAssign, ticket.Agent, [4]string{"pending-agent assigned", "pending-client assigned", "closed assigned", "closed assigned"}},
	{ticket.ToTag, ticket.Client, [4]string{"role-forbidden", "role-forbidden", "role-forbidden", "role-forbidden"}},
	{ticket.ToTag, ticket.Agent, [4]string{"pending-agent tagged", "pending-client tagged", "closed tagged", "closed tagged"}},
	{ticket.ToSnooze, ticket.Client, [4]string{"role-forbidden", "role-forbidden", "role-forbidden", "role-forbidden"}},
	{ticket.ToSnooze, ticket.Agent, [4]string{"pending-agent snoozed", "pending-client snoozed", "ticket-locked", "ticket-locked"}},
	{ticket.ToDelete, ticket.Client, [4]string{"gone deleted", "gone deleted", "gone deleted", "gone deleted"}},
	{ticket.ToDelete, ticket.Agent, [4]string{"role-forbidden", "role-forbidden", "role-forbidden", "role-forbidden"}},
}

func TestTheWholeTable(t *testing.T) {
	t.Parallel()
	admin := ticket.Actor{ID: "a2", Name: "Agent Two", Role: ticket.Admin}
	people := map[ticket.Role][]ticket.Actor{ticket.Client: {client}, ticket.Agent: {agent, admin}}
	met := 0
	for _, row := range lives {
		if ticket.InTable(row.role, row.action) {
			met++
		}
		for i, want := range row.cells {
			for _, who := range people[row.role] {
				o := newOffice(t)
				id := o.bring(i)
				before := o.look(id)
				err := o.act(who, row.action, id)
				if got := o.outcome(before, id, err); got != want {
					t.Errorf("%s may %s a ticket in column %d: %s, want %s", who.Role, row.action, i+1, got, want)
				}
			}
		}
	}
	if met != ticket.Rows() {
		t.Errorf("the table has %d rows with moves, and this test %d of them", ticket.Rows(), met)
	}
}

// bring opens a ticket and takes it to the status of a column.
func (o *office) bring(column int) (id string) {
	o.t.Helper()
	opened, err := o.desk.Open(o.t.Context(), client, ticket.Draft{Subject: "Printer", Message: "It is on fire"})
	switch column {
	case 1:
		err = errors.Join(err, o.edit(agent, opened.ID, ticket.Edit{Message: to("Run")}))
	case 2, 3:
		err = errors.Join(err, o.close(opened.ID))
		o.clock = o.clock.Add(window + time.Duration(column-2)*time.Millisecond)
	}
	if err != nil {
		o.t.Fatal(err)
	}
	return opened.ID
}

// act does the action and nothing else.
func (o *office) act(a ticket.Actor, do ticket.Action, id string) (err error) {
	switch do {
	case ticket.ToRead:
		_, err = o.desk.Read(o.t.Context(), a, id)
	case ticket.ToReply:
		err = o.edit(a, id, ticket.Edit{Message: to("Again")})
	case ticket.ToEdit:
		err = o.edit(a, id, ticket.Edit{Subject: to("Fire"), Priority: to(ticket.Urgent)})
	case ticket.ToClose:
		_, err = o.desk.Close(o.t.Context(), a, id, nil)
	case ticket.ToRate:
		_, err = o.desk.Rate(o.t.Context(), a, id, ticket.Rating{Score: 5}, nil)
	case ticket.ToFollowUp:
		draft := ticket.Draft{Subject: "Again", Message: "It burns", FollowUpOf: id}
		if a.Role == ticket.Client {
			_, err = o.desk.Open(o.t.Context(), a, draft)
		} else {
			_, err = o.desk.OpenFor(o.t.Context(), a, client.ID, draft)
		}
	case ticket.ToNote:
		_, err = o.desk.Note(o.t.Context(), a, id, "Beside", "")
	case ticket.ToAssign:
		_, err = o.desk.Handle(o.t.Context(), a, id, ticket.Handling{Assignee: &ticket.Assignee{ID: agent.ID}})
	case ticket.ToTag:
		_, err = o.desk.Handle(o.t.Context(), a, id, ticket.Handling{AddTags: []string{"printer"}})
	case ticket.ToSnooze:
		_, err = o.desk.Handle(o.t.Context(), a, id, ticket.Handling{SnoozedUntil: to(o.clock.Add(time.Hour))})
	case ticket.ToDelete:
		err = o.desk.Delete(o.t.Context(), a, id, nil)
	}
	return err
}

// seen is what there is of a ticket: the status, and the verbs of its events.
type seen struct {
	ticket.Summary
	verbs []string
}

func (o *office) look(id string) (s seen) {
	o.t.Helper()
	found, err := o.store.Find(o.t.Context(), ticket.Scope{}, id)
	if err != nil && !problem.Is(err, problem.NotFound) {
		o.t.Fatal(err)
	}
	s.Summary = found.Summary
	msgs, err := o.store.Pending(o.t.Context(), []string{id}, 100)
	if err != nil {
		o.t.Fatal(err)
	}
	for _, m := range msgs {
		s.verbs = append(s.verbs, strings.Split(m.Subject, ".")[2])
	}
	return s
}

func (o *office) outcome(before seen, id string, err error) string {
	o.t.Helper()
	after := o.look(id)
	news := after.verbs[len(before.verbs):]
	var refused *problem.Error
	switch {
	case errors.As(err, &refused) && len(news) == 0 && reflect.DeepEqual(after.Summary, before.Summary):
		return string(refused.Code)
	case err != nil:
		return err.Error()
	case len(news) == 0 && reflect.DeepEqual(after.Summary, before.Summary):
		return "nothing"
	case (after.Status == ticket.Closed) != (after.ClosedAt != time.Time{}):
		return "closed at " + after.ClosedAt.String()
	case after.ID == "":
		return "gone " + strings.Join(news, " ")
	}
	return string(after.Status) + " " + strings.Join(news, " ")
}
