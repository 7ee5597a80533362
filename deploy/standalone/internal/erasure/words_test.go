package erasure_test

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/nats-io/nats.go/jetstream"

	"crm.example/pkg/events"
)

// hire makes an agent whose word is in all of its profile and in a mail.
func (o *office) hire() (agent string) {
	const email = agentMark + "-email@example.com"
	o.signUpAs(profile(agentMark, email))
	o.grant(email)
	o.call("", http.MethodPost, "/v1/user/reset-password", `{"email":"`+email+`"}`, http.StatusAccepted)
	o.pin(email)
	return o.logIn(email, secretPhrase)
}

func profile(word, email string) map[string]string {
	return map[string]string{
		"name": word + " name", "email": email, "password": secretPhrase, "company": word + " company", "phone": word + " phone", "address": word + " address",
	}
}

// writeEverywhere is what the client does before.
func (o *office) writeEverywhere(agent string) (client string) {
	const email = mark + "-email@example.com"
	first := o.signUpAs(profile(mark, email))
	o.call(first, http.MethodPatch, "/v1/user", `{"company":"`+mark+` second company"}`, http.StatusOK)
	o.call("", http.MethodPost, "/v1/user/reset-password", `{"email":"`+email+`"}`, http.StatusAccepted)
	pin := o.pin(email)
	o.call("", http.MethodPatch, "/v1/user/reset-password", `{"email":"`+email+`","pin":"`+pin+`","newPassword":"`+mark+` new phrase"}`, http.StatusNoContent)
	client = o.logIn(email, mark+" new phrase")
	for i := range 30 {
		id := o.open(client, fmt.Sprintf("%s subject %d", mark, i), strings.Repeat(mark+" message ", 1+i*25), fmt.Sprintf("%s-key-%d", mark, i))
		o.call(agent, http.MethodPut, "/v1/ticket/"+id, `{"message":"Answer"}`, http.StatusOK, "Idempotency-Key", agentMark+"-answer")
		o.call(client, http.MethodPut, "/v1/ticket/"+id, `{"message":"`+mark+` reply"}`, http.StatusOK, "Idempotency-Key", mark+"-reply")
		o.call(client, http.MethodPut, "/v1/ticket/"+id, `{"subject":"`+mark+` other subject"}`, http.StatusOK)
		if i%3 == 0 {
			o.call(client, http.MethodDelete, "/v1/ticket/"+id, "", http.StatusNoContent)
		}
	}
	o.published(30*4 + 10 + 2)
	o.deadLetters()
	o.call("", http.MethodPost, "/v1/user/reset-password", `{"email":"`+email+`"}`, http.StatusAccepted)
	return client
}

// deadLetters sets a copy of every event aside, as a consumer that fails does.
func (o *office) deadLetters() {
	for source, dead := range map[string][2]string{
		events.UserStream: {events.UserDeadStream, events.UserDeadSubjects}, events.TicketStream: {events.TicketDeadStream, events.TicketDeadSubjects},
	} {
		if _, err := o.js.CreateOrUpdateStream(o.t.Context(), jetstream.StreamConfig{Name: dead[0], Subjects: []string{dead[1]}, AllowDirect: true}); err != nil {
			o.t.Fatal(err)
		}
		o.each(source, func(msg *message) {
			_, subject := events.DeadLetterOf("mailer", msg.Subject)
			if _, err := o.js.Publish(o.t.Context(), subject, msg.Data); err != nil {
				o.t.Fatal(err)
			}
		})
	}
}
