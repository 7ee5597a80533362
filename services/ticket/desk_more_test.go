package ticket_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"crm.example/pkg/events"
	"crm.example/pkg/problem"
	"crm.example/pkg/testenv"
)

func TestTheDeskOfATicket(t *testing.T) {
	t.Parallel()
	conn := testenv.NATS(t)
	s := newSiteWith(t, conn)
	s.run()
	client, agent, other := s.login("client", "Client One"), s.login("agent", "Agent One"), s.login("agent", "Agent Two")
	for _, who := range []user{client, agent, other} {
		s.knows(who)
	}
	id := s.open(client).ID
	path := "/v1/ticket/" + id
	s.call(agent, "PATCH", path+"/desk", `{"assigneeId": "`+client.id+`"}`).problem(problem.InvalidInput)
	s.call(agent, "PATCH", path+"/desk", `{"assigneeId": "`+other.id+`"}`).handled(http.StatusOK)
	var note events.Note
	for range 2 {
		s.call(agent, "POST", path+"/notes", `{"message": "The extinguisher is on its way."}`, "Idempotency-Key", "key").read(http.StatusCreated, &note)
	}
	if note.Author.ID != agent.id || note.AfterSeq != 1 || note.Message != "The extinguisher is on its way." {
		t.Errorf("note %+v", note)
	}
	for body, want := range map[string]string{`{}`: "/message required", `{"message": " "}`: "/message required", `{"message": "x", "public": true}`: "/public unknown"} {
		if got := s.call(agent, "POST", path+"/notes", body).problem(problem.InvalidInput); !slices.Equal(got, []string{want}) {
			t.Errorf("%s: %v", body, got)
		}
	}
	now := s.call(other, "PATCH", path+"/desk", `{"assigneeId": null, "addTags": ["fire"]}`).handled(http.StatusOK)
	if now.Assignee != nil || now.NoteCount != 1 || !slices.Equal(now.Notes, []events.Note{note}) || len(now.History) != 4 {
		t.Fatalf("now %+v", now)
	}
	for i, want := range []string{"created Client One", "assigned Agent One", "noted Agent One", "assigned Agent Two"} {
		if got := now.History[i]; got.Verb+" "+got.Actor.Name != want || got.Version != i+1 {
			t.Errorf("step %d is %+v, want %s", i, got, want)
		}
	}
	first, last := now.History[1].Detail, now.History[3].Detail
	if first.From != nil || first.To.Name != "Agent Two" || last.From.Name != "Agent Two" || last.To != nil || !slices.Equal(last.Added, []string{"fire"}) {
		t.Errorf("details %+v, %+v", first, last)
	}
	if !slices.Equal(now.AllowedActions, []string{"reply", "edit", "close", "note", "assign", "tag", "snooze"}) {
		t.Errorf("an agent may %v", now.AllowedActions)
	}
	var subjects []string
	for _, e := range published(t, conn, 4) {
		subjects = append(subjects, e.subject)
	}
	want := []string{"crm.ticket.created." + client.id + "." + id, "crm.ticket.assigned.desk." + id, "crm.ticket.noted.desk." + id, "crm.ticket.assigned.desk." + id}
	if !slices.Equal(subjects, want) {
		t.Errorf("events on %v, want %v", subjects, want)
	}
}

func TestRatingAndFollowUp(t *testing.T) {
	t.Parallel()
	conn := testenv.NATS(t)
	s := newSiteWith(t, conn)
	s.run()
	client, agent := s.login("client", "Client One"), s.login("agent", "Agent One")
	id := s.open(client).ID
	path := "/v1/ticket/" + id
	follow := `{"subject": "Again", "message": "It burns again", "followUpOf": "` + id + `"}`
	s.call(client, "PUT", path+"/rating", `{"score": 5}`).problem(problem.TicketNotClosed)
	if got := s.call(client, "POST", "/v1/ticket", follow).problem(problem.InvalidInput); !slices.Equal(got, []string{"/followUpOf invalid"}) {
		t.Errorf("of an open ticket: %v", got)
	}
	closed := s.call(client, "PATCH", "/v1/ticket/close-ticket/"+id, "").ticket(http.StatusOK)
	if !slices.Equal(closed.AllowedActions, []string{"reply", "edit", "delete", "rate", "follow-up"}) {
		t.Errorf("the client may %v", closed.AllowedActions)
	}
	for body, want := range map[string]string{
		`{}`: "/score required", `{"score": 0}`: "/score invalid", `{"score": 6}`: "/score invalid", `{"score": "5"}`: "/score invalid", `{"score": 1.5}`: "/score invalid",
		`{"score": 5, "comment": ""}`: "/comment required", `{"score": 5, "comment": "` + strings.Repeat("x", 1001) + `"}`: "/comment too-long", `{"score": 5, "by": "me"}`: "/by unknown",
	} {
		if got := s.call(client, "PUT", path+"/rating", body).problem(problem.InvalidInput); !slices.Equal(got, []string{want}) {
			t.Errorf("%.40s: %v", body, got)
		}
	}
	rated := s.call(client, "PUT", path+"/rating", `{"score": 4, "comment": "In the end"}`, "If-Match", `"2"`).ticket(http.StatusOK)
	if rated.Rating == nil || rated.Rating.Score != 4 || rated.Rating.Comment != "In the end" || rated.Version != 3 {
		t.Errorf("rated %+v", rated.Rating)
	}
	s.call(client, "PUT", path+"/rating", `{"score": 1}`, "If-Match", `"2"`).problem(problem.VersionMismatch)
	if seen := s.call(agent, "GET", path, "").handled(http.StatusOK); seen.Rating == nil || *seen.Rating != *rated.Rating {
		t.Errorf("the agent sees %+v", seen.Rating)
	}
	followed := s.call(client, "POST", "/v1/ticket", follow).ticket(http.StatusCreated)
	if followed.FollowUpOf != id || followed.ID == id {
		t.Errorf("followed up by %+v", followed)
	}
	path = "/v1/ticket/" + followed.ID
	s.call(client, "PATCH", "/v1/ticket/close-ticket/"+followed.ID, "").ticket(http.StatusOK)
	s.call(client, "PUT", path+"/rating", `{"score": 3, "comment": "Again"}`).ticket(http.StatusOK)
	s.call(agent, "PATCH", path+"/desk", `{"addTags": ["fire"]}`).handled(http.StatusOK)
	all := published(t, conn, 7)
	if last := all[6].data.Ticket; all[5].subject != "crm.ticket.rated."+client.id+"."+followed.ID || last.Rating == nil || last.Rating.Score != 3 || last.FollowUpOf != id {
		t.Errorf("%s, and then %+v", all[5].subject, last)
	}
}

func TestAnAnswerToWhatHasMovedOn(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	client, agent := s.login("client", "Client One"), s.login("agent", "Agent One")
	path := "/v1/ticket/" + s.open(client).ID
	s.call(client, "PUT", path, `{"message": "It is out"}`).ticket(http.StatusOK)
	var refused struct {
		Code   problem.Code
		Params struct{ Missed []events.ConversationMessage }
	}
	s.call(agent, "PUT", path, `{"message": "Run", "lastSeq": 1}`).read(http.StatusConflict, &refused)
	if refused.Code != problem.ConversationMoved || len(refused.Params.Missed) != 1 || refused.Params.Missed[0].Message != "It is out" || refused.Params.Missed[0].Seq != 2 {
		t.Errorf("refused by %+v", refused)
	}
	for _, body := range []string{`{"message": "Run", "lastSeq": 0}`, `{"message": "Run", "lastSeq": 3}`, `{"message": "Run", "lastSeq": null}`} {
		if got := s.call(agent, "PUT", path, body).problem(problem.InvalidInput); !slices.Equal(got, []string{"/lastSeq invalid"}) {
			t.Errorf("%s: %v", body, got)
		}
	}
	if got := s.call(agent, "PUT", path, `{"lastSeq": 2}`).problem(problem.InvalidInput); !slices.Equal(got, []string{" required"}) {
		t.Errorf("lastSeq alone: %v", got)
	}
	if got := s.call(agent, "PUT", path, `{"message": "Good", "lastSeq": 2}`).ticket(http.StatusOK); got.MessageCount != 3 {
		t.Errorf("%d messages", got.MessageCount)
	}
}
