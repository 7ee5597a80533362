package ticket_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"crm.example/pkg/problem"
)

type savedReply struct{ ID, Name, Message string }

func (s *site) savedReplies(u user) (all []savedReply) {
	s.t.Helper()
	a := s.call(u, "GET", "/v1/ticket/saved-replies", "")
	var page struct{ Items []savedReply }
	if err := json.Unmarshal(a.body, &page); err != nil || a.status != http.StatusOK {
		s.t.Fatalf("%d, %v: %s", a.status, err, a.body)
	}
	return page.Items
}

// Admins keep the saved replies, agents see them by name, and clients see none.
func TestSavedReplies(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	admin, agent, client := s.login("admin", "Admin One"), s.login("agent", "Agent One"), s.login("client", "Client One")
	const path = "/v1/ticket/saved-replies"
	add := func(name string) (r savedReply) {
		t.Helper()
		a := s.call(admin, "POST", path, `{"name": "`+name+`", "message": "Thank you."}`)
		if err := json.Unmarshal(a.body, &r); err != nil || a.status != http.StatusCreated || r.Name != name || r.Message != "Thank you." {
			t.Fatalf("%d, %v: %s", a.status, err, a.body)
		}
		return r
	}
	if got := s.savedReplies(agent); len(got) != 0 {
		t.Errorf("at first there are %v", got)
	}
	wait, thanks := add("Wait"), add("Thanks")
	if got := s.savedReplies(agent); !slices.Equal(got, []savedReply{thanks, wait}) {
		t.Errorf("saved are %v", got)
	}
	changed := s.call(admin, "PUT", path+"/"+wait.ID, `{"name": "A moment", "message": " We look.\n"}`)
	wait.Name, wait.Message = "A moment", "We look."
	if got := s.savedReplies(admin); changed.status != http.StatusOK || !slices.Equal(got, []savedReply{wait, thanks}) {
		t.Errorf("saved are %v after %s", got, changed.body)
	}
	for _, missing := range []string{uuid.NewString(), "no-uuid", wait.ID + "0"} {
		s.call(admin, "PUT", path+"/"+missing, `{"name": "A", "message": "B"}`).problem(problem.NotFound)
		s.call(admin, "DELETE", path+"/"+missing, "").problem(problem.NotFound)
	}
	for body, want := range map[string]string{
		`{}`: "/name required /message required", `{"name": "a\nb", "message": "B"}`: "/name invalid", `{"name": " ", "message": " "}`: "/name required /message required",
		`{"name": "` + strings.Repeat("a", 101) + `", "message": "B"}`: "/name too-long", `{"name": "A", "message": "` + strings.Repeat("b", 10_001) + `"}`: "/message too-long",
		`{"name": null, "message": 1}`: "/name invalid /message invalid", `{"name": "A", "message": "B", "id": "x"}`: "/id unknown",
	} {
		for _, at := range []string{"POST " + path, "PUT " + path + "/" + wait.ID} {
			method, to, _ := strings.Cut(at, " ")
			if got := strings.Join(s.call(admin, method, to, body).problem(problem.InvalidInput), " "); got != want {
				t.Errorf("%s %s: %s, want %s", method, body, got, want)
			}
		}
	}
	for _, may := range []struct {
		method, path, body string
		client, agent      problem.Code
	}{
		{"GET", path, "", problem.RoleForbidden, ""}, {"POST", path, `{"name": "A", "message": "B"}`, problem.RoleForbidden, problem.RoleForbidden},
		{"PUT", path + "/" + wait.ID, `{"name": "A", "message": "B"}`, problem.RoleForbidden, problem.RoleForbidden}, {"DELETE", path + "/" + wait.ID, "", problem.RoleForbidden, problem.RoleForbidden},
		{"PATCH", path, "", problem.MethodNotAllowed, problem.MethodNotAllowed}, {"DELETE", path, "", problem.MethodNotAllowed, problem.MethodNotAllowed},
		{"GET", path + "/" + wait.ID, "", problem.MethodNotAllowed, problem.MethodNotAllowed},
	} {
		s.call(client, may.method, may.path, may.body).problem(may.client)
		if may.agent != "" {
			s.call(agent, may.method, may.path, may.body).problem(may.agent)
		}
	}
	if gone := s.call(admin, "DELETE", path+"/"+thanks.ID, ""); gone.status != http.StatusNoContent {
		t.Errorf("%d: %s", gone.status, gone.body)
	}
	if got := s.savedReplies(agent); !slices.Equal(got, []savedReply{wait}) {
		t.Errorf("left are %v", got)
	}
}
