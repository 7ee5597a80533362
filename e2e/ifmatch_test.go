package e2e_test

import (
	"net/http"
	"testing"

	"crm.example/e2e/crm"
)

// A change that names the version it was made for is not made to another one (RFC 9110, section 13.1.1).
func TestIfMatch(t *testing.T) {
	t.Parallel()
	client := stranger(t).SignUpClient("Client One")
	path := "/v1/ticket/" + client.Open("The door is stuck", "It opens no more than a hand.").ID
	send := func(method, path, tag string, body any) crm.Answer {
		return client.Send(crm.Request{Method: method, Path: path, Body: body, Header: http.Header{"If-Match": {tag}}})
	}
	read := client.Get(path).Want(http.StatusOK)
	if got := read.Header.Get("ETag"); got != `"1"` {
		t.Fatalf("the ETag of version 1 is %s", got)
	}
	subject := crm.Fields{"subject": "The garden door is stuck"}
	changed := send(http.MethodPut, path, `"1"`, subject).Want(http.StatusOK)
	if got := changed.Header.Get("ETag"); got != `"2"` {
		t.Errorf("the ETag of version 2 is %s", got)
	}
	send(http.MethodPut, path, `"1"`, crm.Fields{"subject": "Too late"}).WantProblem(http.StatusPreconditionFailed, "version-mismatch")
	send(http.MethodPatch, "/v1/ticket/close-ticket/"+path[len("/v1/ticket/"):], `"1"`, nil).WantProblem(http.StatusPreconditionFailed, "version-mismatch")
	send(http.MethodDelete, path, `"1"`, nil).WantProblem(http.StatusPreconditionFailed, "version-mismatch")
	if got := crm.Read[crm.Ticket](client.Get(path).Want(http.StatusOK)); got.Subject != subject["subject"] || got.Version != 2 || got.Status == "closed" {
		t.Errorf("after what was refused: %+v", got)
	}
	send(http.MethodPatch, "/v1/ticket/close-ticket/"+path[len("/v1/ticket/"):], `"1", "2"`, nil).Want(http.StatusOK)
	send(http.MethodDelete, path, "*", nil).Want(http.StatusNoContent)
}
