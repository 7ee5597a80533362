package ticket_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"crm.example/pkg/events"
	"crm.example/pkg/problem"
	"crm.example/pkg/testenv"
)

// handled is what an agent gets of a ticket.
func (a answer) handled(status int) (body events.WholeDeskTicket) {
	a.t.Helper()
	a.read(status, &body)
	return body
}

// desk are the members that no client may see.
var desk = []string{"assignee", "tags", "snoozedUntil", "waitingSince", "firstRepliedAt", "noteCount", "notes", "history"}

// members are those of a JSON object.
func (a answer) members() (names []string) {
	a.t.Helper()
	var object map[string]any
	if err := json.Unmarshal(a.body, &object); err != nil {
		a.t.Fatal(err)
	}
	for name := range object {
		names = append(names, name)
	}
	return names
}

func TestAgentsHandleATicket(t *testing.T) {
	t.Parallel()
	conn := testenv.NATS(t)
	s := newSiteWith(t, conn)
	s.run()
	client, agent := s.login("client", "Client One"), s.login("agent", "Agent One")
	opened := s.open(client)
	path, until := "/v1/ticket/"+opened.ID, time.Now().Add(time.Hour).UTC().Format(events.TimeLayout)
	if opened.Number < 1 {
		t.Errorf("number %d", opened.Number)
	}
	tagged := s.call(agent, "PATCH", path+"/desk", `{"addTags": ["Printer", " fire "], "snoozedUntil": "`+until+`"}`, "If-Match", `"1"`).handled(http.StatusOK)
	if !slices.Equal(tagged.Tags, []string{"fire", "printer"}) || tagged.SnoozedUntil == nil || *tagged.SnoozedUntil != until || tagged.Version != 2 ||
		tagged.WaitingSince == nil || *tagged.WaitingSince != opened.OpenedAt || tagged.FirstRepliedAt != nil {
		t.Errorf("tagged: %+v", tagged)
	}
	s.call(agent, "PATCH", path+"/desk", `{"addTags": ["late"]}`, "If-Match", `"1"`).problem(problem.VersionMismatch)
	same := s.call(agent, "PATCH", path+"/desk", `{"addTags": ["FIRE"], "removeTags": ["smoke"]}`).handled(http.StatusOK)
	if same.Version != 2 {
		t.Errorf("values as they are made version %d", same.Version)
	}
	read := s.call(client, "GET", path, "")
	replied := s.call(client, "PUT", path, `{"message": "Still"}`)
	for _, a := range []answer{read, replied} {
		for _, name := range a.members() {
			if slices.Contains(desk, name) {
				t.Errorf("the client sees %s: %s", name, a.body)
			}
		}
	}
	if now := s.call(agent, "GET", path, "").handled(http.StatusOK); now.SnoozedUntil != nil || *now.WaitingSince != opened.OpenedAt {
		t.Errorf("after the client's reply: %+v", now)
	}
	var page struct{ Items []events.DeskTicket }
	s.call(agent, "GET", "/v1/ticket", "").read(http.StatusOK, &page)
	if len(page.Items) != 1 || !slices.Equal(page.Items[0].Tags, []string{"fire", "printer"}) {
		t.Errorf("listed: %+v", page.Items)
	}
	snoozed := s.call(agent, "PATCH", path+"/desk", `{"snoozedUntil": "`+until+`"}`).handled(http.StatusOK)
	back := s.call(agent, "PATCH", path+"/desk", `{"snoozedUntil": null, "removeTags": ["fire", "printer"]}`).handled(http.StatusOK)
	if snoozed.Version != 4 || back.Version != 5 || back.SnoozedUntil != nil || len(back.Tags) != 0 {
		t.Errorf("put off: %+v, and back: %+v", snoozed, back)
	}
	want := []string{
		"created " + client.id, "tagged desk tags snoozedUntil", "replied " + client.id, "snoozed desk snoozedUntil", "tagged desk tags snoozedUntil",
	}
	var got []string
	for i, e := range published(t, conn, 5) {
		tokens := strings.Split(e.subject, ".")
		got = append(got, strings.TrimSpace(tokens[2]+" "+tokens[3]+" "+strings.Join(e.data.Changed, " ")))
		if tokens[4] != opened.ID || e.data.Ticket.Version != i+1 || e.data.Ticket.Number != opened.Number {
			t.Errorf("event %d is on %s of %+v", i, e.subject, e.data.Ticket)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("events\n%q, want\n%q", got, want)
	}
}

func TestHandlingsThatAreRefused(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	client, agent := s.login("client", "Client One"), s.login("agent", "Agent One")
	path := "/v1/ticket/" + s.open(client).ID
	for body, want := range map[string][]string{
		`{}`:                          {" required"},
		`{"addTags": null}`:           {"/addTags invalid"},
		`{"addTags": "fire"}`:         {"/addTags invalid"},
		`{"addTags": [""]}`:           {"/addTags/0 required"},
		`{"addTags": ["fire\nfire"]}`: {"/addTags/0 invalid"},
		`{"addTags": ["ok", 1]}`:      {"/addTags/1 invalid"},
		`{"removeTags": ["` + strings.Repeat("ü", 31) + `"]}`:                         {"/removeTags/0 too-long"},
		`{"addTags": ["1","2","3","4","5","6","7","8","9","10","11"]}`:                {"/addTags too-long"},
		`{"snoozedUntil": "soon"}`:                                                    {"/snoozedUntil invalid"},
		`{"snoozedUntil": "2020-01-31T09:30:00Z"}`:                                    {"/snoozedUntil invalid"},
		`{"snoozedUntil": "2126-01-31T09:30:00Z"}`:                                    {"/snoozedUntil invalid"},
		`{"tags": ["fire"]}`:                                                          {"/tags unknown"},
		`{"assigneeId": 1}`:                                                           {"/assigneeId invalid"},
		`{"assigneeId": "me"}`:                                                        {"/assigneeId invalid"},
		`{"assigneeId": "01a20a3e-0000-7f3b-9814-ab9120133d00", "addTags": ["fire"]}`: {"/assigneeId invalid"},
		`{"assigneeId": 1, "addTags": ["fire"], "x": 1}`:                              nil,
	} {
		got := s.call(agent, "PATCH", path+"/desk", body).problem(problem.InvalidInput)
		if want != nil && !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", body, got, want)
		}
	}
	s.call(client, "PATCH", "/v1/ticket/close-ticket/"+path[len("/v1/ticket/"):], "").ticket(http.StatusOK)
	soon := time.Now().Add(time.Hour).UTC().Format(time.RFC3339)
	s.call(agent, "PATCH", path+"/desk", `{"snoozedUntil": "`+soon+`", "addTags": ["fire"]}`).problem(problem.TicketLocked)
	s.call(agent, "PATCH", path+"/desk", `{"addTags": ["fire"]}`).handled(http.StatusOK)
	if now := s.call(agent, "GET", path, "").handled(http.StatusOK); now.Version != 3 {
		t.Errorf("after refusals: %+v", now)
	}
}
