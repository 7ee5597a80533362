package e2e_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"crm.example/e2e/crm"
)

type savedReply struct{ ID, Name, Message string }

// Admins keep saved replies, agents use them, clients learn of none.
func TestSavedReplies(t *testing.T) {
	t.Parallel()
	admin, agent, client := stranger(t).SignUpAdmin("Admin One"), anAgent(t), stranger(t).SignUpClient("Client One")
	const path = "/v1/ticket/saved-replies"
	body := crm.Fields{"name": "Thanks " + admin.User.ID, "message": "Thank you."}
	added := crm.Read[savedReply](admin.Post(path, body).Want(http.StatusCreated))
	changed := crm.Read[savedReply](admin.Put(path+"/"+added.ID, with(body, crm.Fields{"message": "Thanks."})).Want(http.StatusOK))
	all := crm.Read[struct{ Items []savedReply }](agent.Get(path).Want(http.StatusOK)).Items
	if changed.ID != added.ID || changed.Message != "Thanks." || !slices.Contains(all, changed) {
		t.Errorf("changed to %+v, saved are %+v", changed, all)
	}
	for _, p := range []*crm.Person{agent, client} {
		p.Post(path, body).WantProblem(http.StatusForbidden, "role-forbidden")
		p.Put(path+"/"+added.ID, body).WantProblem(http.StatusForbidden, "role-forbidden")
		p.Delete(path+"/"+added.ID).WantProblem(http.StatusForbidden, "role-forbidden")
	}
	client.Get(path).WantProblem(http.StatusForbidden, "role-forbidden")
	for name, fields := range map[string][]string{"name": {"/name too-long"}, "message": {"/message too-long"}} {
		row := invalid(name, http.MethodPost, path, with(body, crm.Fields{name: strings.Repeat("a", 10_001)}), fields...)
		row.check(t, admin.Send(crm.Request{Method: row.method, Path: row.path, Body: row.body, Wrong: true}))
	}
	admin.Delete(path + "/" + added.ID).Want(http.StatusNoContent)
	admin.Delete(path+"/"+added.ID).WantProblem(http.StatusNotFound, "not-found")
	admin.Put(path+"/"+added.ID, body).WantProblem(http.StatusNotFound, "not-found")
}
