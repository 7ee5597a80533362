package e2e_test

import (
	"net/http"
	"strings"
	"testing"

	"crm.example/e2e/crm"
)

func TestBadTickets(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	good := crm.Fields{"subject": "A subject", "message": "A message."}
	row := func(name string, change crm.Fields, fields ...string) bad {
		return invalid(name, http.MethodPost, "/v1/ticket", with(good, change), fields...)
	}
	agents := func(name string, change crm.Fields, fields ...string) bad {
		by := row("by an agent: "+name, change, fields...)
		by.as = "agent"
		return by
	}
	edit := func(name string, body crm.Fields, fields ...string) bad {
		return invalid("edit: "+name, http.MethodPut, "/v1/ticket/"+s.ticket.ID, body, fields...)
	}
	s.refuse(t, []bad{
		row("nothing", crm.Fields{"subject": without{}, "message": without{}}, "/subject required", "/message required"),
		row("subject empty", crm.Fields{"subject": ""}, "/subject required"),
		row("subject of white space", crm.Fields{"subject": " \t\u2003"}, "/subject required"),
		row("subject of 101 characters", crm.Fields{"subject": strings.Repeat("語", 101)}, "/subject too-long"),
		row("subject with a line break", crm.Fields{"subject": "a\nb"}, "/subject invalid"),
		row("subject with NUL", crm.Fields{"subject": "a\x00b"}, "/subject invalid"),
		row("message of white space", crm.Fields{"message": " \n\t\r\n\u00a0"}, "/message required"),
		row("message of invisible characters", crm.Fields{"message": "\u200b\u200d\ufeff"}, "/message required"),
		row("message of 10,001 characters", crm.Fields{"message": strings.Repeat("a", 10_001)}, "/message too-long"),
		row("message of 10,001 characters in 40 KB", crm.Fields{"message": strings.Repeat("🙂", 10_001)}, "/message too-long"),
		row("message of controls", crm.Fields{"message": "\x00\x1b[2J\x07"}, "/message required"),
		row("priority unknown", crm.Fields{"priority": "asap"}, "/priority invalid"),
		row("priority in capitals", crm.Fields{"priority": "High"}, "/priority invalid"),
		row("priority null", crm.Fields{"priority": nil}, "/priority invalid"),
		row("priority as a number", crm.Fields{"priority": 1}, "/priority invalid"),
		row("what is not the client's", crm.Fields{"status": "closed", "clientId": absent, "author": crm.Fields{}},
			"/status unknown", "/clientId unknown", "/author unknown"),
		agents("client not named", crm.Fields{}, "/clientId required"),
		agents("client of no form", crm.Fields{"clientId": "me"}, "/clientId invalid"),
		agents("client null", crm.Fields{"clientId": nil}, "/clientId invalid"),
		agents("client empty", crm.Fields{"clientId": ""}, "/clientId required"),
		agents("client whom nobody knows", crm.Fields{"clientId": absent}, "/clientId invalid"),
		agents("client who is an agent", crm.Fields{"clientId": s.agent.User.ID}, "/clientId invalid"),
		agents("client and bad subject", crm.Fields{"clientId": absent, "subject": ""}, "/subject required"),
		edit("nothing", crm.Fields{}, " required"),
		edit("message of white space", crm.Fields{"message": "  "}, "/message required"),
		edit("message null", crm.Fields{"message": nil}, "/message invalid"),
		edit("message of 10,001 characters", crm.Fields{"message": strings.Repeat("a", 10_001)}, "/message too-long"),
		edit("good message and bad subject", crm.Fields{"message": "Hello.", "subject": ""}, "/subject required"),
		edit("good message and unknown priority", crm.Fields{"message": "Hello.", "priority": "asap"}, "/priority invalid"),
		edit("status", crm.Fields{"status": "closed"}, "/status unknown"),
		edit("conversation", crm.Fields{"conversation": []string{}}, "/conversation unknown"),
		edit("lastSeq beyond the end", crm.Fields{"message": "Hello.", "lastSeq": 2}, "/lastSeq invalid"),
		edit("lastSeq 0", crm.Fields{"message": "Hello.", "lastSeq": 0}, "/lastSeq invalid"),
		edit("lastSeq alone", crm.Fields{"lastSeq": 1}, " required"),
		row("to go on from nothing", crm.Fields{"followUpOf": absent}, "/followUpOf invalid"),
		row("to go on from somebody else's", crm.Fields{"followUpOf": s.foreign.ID}, "/followUpOf invalid"),
		row("to go on from an open one", crm.Fields{"followUpOf": s.ticket.ID}, "/followUpOf invalid"),
		row("to go on from no id", crm.Fields{"followUpOf": "1"}, "/followUpOf invalid"),
		edit("version", crm.Fields{"subject": "a", "version": 1}, "/version unknown"),
	})
}

func TestBadHandlings(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	var rows []bad
	row := func(name string, body crm.Fields, fields ...string) {
		b := invalid("handle: "+name, http.MethodPatch, "/v1/ticket/"+s.ticket.ID+"/desk", body, fields...)
		b.as = "agent"
		rows = append(rows, b)
	}
	row("nothing", crm.Fields{}, " required")
	row("a tag of 31 characters", crm.Fields{"addTags": []string{strings.Repeat("語", 31)}}, "/addTags/0 too-long")
	row("an empty tag", crm.Fields{"addTags": []string{"a", " "}}, "/addTags/1 required")
	row("11 tags", crm.Fields{"addTags": strings.Split("a b c d e f g h i j k", " ")}, "/addTags too-long")
	row("tags as text", crm.Fields{"removeTags": "a"}, "/removeTags invalid")
	row("tags null", crm.Fields{"removeTags": nil}, "/removeTags invalid")
	row("a snooze in the past", crm.Fields{"snoozedUntil": "2020-01-31T09:30:00Z"}, "/snoozedUntil invalid")
	row("a snooze beyond a year", crm.Fields{"snoozedUntil": "2126-01-31T09:30:00Z"}, "/snoozedUntil invalid")
	row("a snooze without a zone", crm.Fields{"snoozedUntil": "2026-01-31T09:30:00"}, "/snoozedUntil invalid")
	row("an assignee who is not there", crm.Fields{"assigneeId": absent, "addTags": []string{"a"}}, "/assigneeId invalid")
	row("a client as assignee", crm.Fields{"assigneeId": s.client.User.ID}, "/assigneeId invalid")
	row("an assignee by name", crm.Fields{"assigneeId": "Agent One"}, "/assigneeId invalid")
	row("a good tag and the whole list", crm.Fields{"addTags": []string{"a"}, "tags": []string{"b"}}, "/tags unknown")
	note := func(name string, body crm.Fields, fields ...string) {
		b := invalid("note: "+name, http.MethodPost, "/v1/ticket/"+s.ticket.ID+"/notes", body, fields...)
		b.as = "agent"
		rows = append(rows, b)
	}
	note("nothing", crm.Fields{}, "/message required")
	note("white space", crm.Fields{"message": " \n"}, "/message required")
	note("10,001 characters", crm.Fields{"message": strings.Repeat("a", 10_001)}, "/message too-long")
	note("a public one", crm.Fields{"message": "a", "public": true}, "/public unknown")
	rate := func(name string, body crm.Fields, fields ...string) {
		rows = append(rows, invalid("rate: "+name, http.MethodPut, "/v1/ticket/"+s.ticket.ID+"/rating", body, fields...))
	}
	rate("nothing", crm.Fields{}, "/score required")
	rate("no point", crm.Fields{"score": 0}, "/score invalid")
	rate("six points", crm.Fields{"score": 6}, "/score invalid")
	rate("half a point", crm.Fields{"score": 1.5}, "/score invalid")
	rate("a comment of 1,001 characters", crm.Fields{"score": 1, "comment": strings.Repeat("a", 1001)}, "/comment too-long")
	ticket := "/v1/ticket/" + s.ticket.ID
	foreign := "/v1/ticket/" + s.foreign.ID
	rows = append(rows,
		bad{name: "rate an open ticket", method: http.MethodPut, path: ticket + "/rating", body: crm.Fields{"score": 5}, status: http.StatusConflict, code: "ticket-not-closed"},
		bad{name: "rate a foreign ticket", method: http.MethodPut, path: foreign + "/rating", body: crm.Fields{"score": 5}, status: http.StatusNotFound, code: "not-found"},
		bad{name: "rate as an agent", as: "agent", method: http.MethodPut, path: ticket + "/rating", body: crm.Fields{"score": 5}, status: http.StatusForbidden, code: "role-forbidden"},
		bad{name: "note as a client", method: http.MethodPost, path: ticket + "/notes", body: crm.Fields{"message": "a"}, status: http.StatusForbidden, code: "role-forbidden"},
		bad{name: "note on no ticket", as: "agent", method: http.MethodPost, path: "/v1/ticket/" + absent + "/notes", body: crm.Fields{"message": "a"}, status: http.StatusNotFound, code: "not-found"})
	s.refuse(t, append(rows, bad{
		name: "handle as a client", method: http.MethodPatch, path: "/v1/ticket/" + s.ticket.ID + "/desk", body: crm.Fields{"addTags": []string{"a"}},
		status: http.StatusForbidden, code: "role-forbidden",
	}))
}

func TestBadVersions(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	path, closing := "/v1/ticket/"+s.ticket.ID, "/v1/ticket/close-ticket/"+s.ticket.ID
	var rows []bad
	row := func(name, sent string, status int, code string) {
		header := http.Header{"If-Match": {sent}}
		rows = append(rows,
			bad{name: "edit of " + name, method: http.MethodPut, path: path, body: crm.Fields{"subject": "Other"}, header: header, status: status, code: code},
			bad{name: "close of " + name, method: http.MethodPatch, path: closing, header: header, status: status, code: code},
			bad{name: "delete of " + name, method: http.MethodDelete, path: path, header: header, status: status, code: code})
	}
	row("another version", `"2"`, http.StatusPreconditionFailed, "version-mismatch")
	row("a weak tag", `W/"1"`, http.StatusPreconditionFailed, "version-mismatch")
	row("a list of others", `"0", "2", "x"`, http.StatusPreconditionFailed, "version-mismatch")
	row("no tag", "1", http.StatusBadRequest, "malformed-request")
	row("half a tag", `"1`, http.StatusBadRequest, "malformed-request")
	row("a star among tags", `*, "1"`, http.StatusBadRequest, "malformed-request")
	s.refuse(t, rows)
}
