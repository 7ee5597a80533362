package ticket_test

import (
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/uuid"

	"crm.example/pkg/problem"
)

// Each route for each kind of caller.
func TestWhoMay(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	owner, other, agent, auditor := s.login("client", "Client One"), s.login("client", "Client Two"), s.login("agent", "Agent One"), s.login("auditor", "Auditor One")
	admin := s.login("admin", "Agent Two")
	s.knows(owner)
	tests := map[string]struct {
		method, path, body         string
		owner, other, agent, third string // status, or the code of a problem
	}{
		"list":     {"GET", "/v1/ticket", "", "200", "200", "200", "role-forbidden"},
		"view":     {"GET", "/v1/ticket?view=waiting", "", "unknown-parameter", "unknown-parameter", "200", "role-forbidden"},
		"count":    {"GET", "/v1/ticket/counts", "", "role-forbidden", "role-forbidden", "200", "role-forbidden"},
		"report":   {"GET", "/v1/ticket/report?from=2026-01-01&to=2026-01-31", "", "role-forbidden", "role-forbidden", "200", "role-forbidden"},
		"open":     {"POST", "/v1/ticket", printer, "201", "201", "invalid-input", "role-forbidden"},
		"open for": {"POST", "/v1/ticket", `{"subject": "Printer", "message": "Hi", "clientId": "` + owner.id + `"}`, "invalid-input", "invalid-input", "201", "role-forbidden"},
		"read":     {"GET", "/v1/ticket/{id}", "", "200", "not-found", "200", "role-forbidden"},
		"reply":    {"PUT", "/v1/ticket/{id}", `{"message": "Hi"}`, "200", "not-found", "200", "role-forbidden"},
		"edit":     {"PUT", "/v1/ticket/{id}", `{"priority": "low"}`, "200", "not-found", "200", "role-forbidden"},
		"close":    {"PATCH", "/v1/ticket/close-ticket/{id}", "", "200", "not-found", "200", "role-forbidden"},
		"handle":   {"PATCH", "/v1/ticket/{id}/desk", `{"addTags": ["printer"]}`, "role-forbidden", "role-forbidden", "200", "role-forbidden"},
		"assign":   {"PATCH", "/v1/ticket/{id}/desk", `{"assigneeId": null}`, "role-forbidden", "role-forbidden", "200", "role-forbidden"},
		"note":     {"POST", "/v1/ticket/{id}/notes", `{"message": "Beside"}`, "role-forbidden", "role-forbidden", "201", "role-forbidden"},
		"rate":     {"PUT", "/v1/ticket/{id}/rating", `{"score": 5}`, "ticket-not-closed", "not-found", "role-forbidden", "role-forbidden"},
		"delete":   {"DELETE", "/v1/ticket/{id}", "", "204", "not-found", "role-forbidden", "role-forbidden"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := s.in(t)
			for who, c := range map[string]struct {
				user user
				want string
			}{"owner": {owner, test.owner}, "other": {other, test.other}, "agent": {agent, test.agent}, "admin": {admin, test.agent}, "third role": {auditor, test.third}, "nobody": {user{}, "token-missing"}} {
				path := strings.ReplaceAll(test.path, "{id}", s.open(owner).ID)
				got := s.call(c.user, test.method, path, test.body)
				if strings.Trim(c.want, "0123456789") == "" {
					if c.want != strconv.Itoa(got.status) {
						t.Errorf("%s: %d, want %s: %s", who, got.status, c.want, got.body)
					}
					continue
				}
				got.problem(problem.Code(c.want))
			}
		})
	}
}

// Somebody else's ticket and one that is not there cannot be told apart, not by one byte.
func TestForeignAndMissingAreTheSame(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	other := s.login("client", "Client Two")
	foreign := s.open(s.login("client", "Client One")).ID
	own := regexp.MustCompile(`"(requestId|instance)":"[^"]*"`)
	for _, route := range [][3]string{
		{"GET", "/v1/ticket/", ""}, {"PUT", "/v1/ticket/", `{"message": "Hi"}`}, {"PUT", "/v1/ticket/", `{"subject": "Hi"}`},
		{"PATCH", "/v1/ticket/close-ticket/", ""}, {"DELETE", "/v1/ticket/", ""},
	} {
		var bodies [3]string
		for i, id := range []string{foreign, uuid.NewString(), "no-uuid"} {
			got := s.call(other, route[0], route[1]+id, route[2], "Idempotency-Key", "key")
			got.problem(problem.NotFound)
			bodies[i] = own.ReplaceAllString(string(got.body), "")
		}
		if bodies[0] != bodies[1] || bodies[1] != bodies[2] {
			t.Errorf("%s %s: foreign\n%smissing\n%sno UUID\n%s", route[0], route[1], bodies[0], bodies[1], bodies[2])
		}
	}
}

// An agent learns that it may not delete before it learns whether there is something to delete.
func TestAgentMayNotDeleteWhateverItIs(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	agent := s.login("agent", "Agent One")
	for _, id := range []string{s.open(s.login("client", "Client One")).ID, uuid.NewString(), "no-uuid"} {
		s.call(agent, "DELETE", "/v1/ticket/"+id, "").problem(problem.RoleForbidden)
	}
}
