package erasure_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/nats-io/nats.go/jetstream"

	"crm.example/pkg/events"
	"crm.example/pkg/testenv"
)

// mark is in everything that the deleted user has written, in some spelling.
const mark = "zzqx"

// A user leaves words wherever a user can, and deletes the account while the ticket service is down. When everything has
// settled, none of them is in any file, collection, stream or line of the log.
func TestNothingIsLeftOfADeletedUser(t *testing.T) {
	t.Parallel()
	t.Run("SQLite", func(t *testing.T) {
		t.Parallel()
		o := openOffice(t, "", "")
		o.erase(o.files)
	})
	t.Run("MongoDB", func(t *testing.T) {
		t.Parallel()
		auth, ticket := testenv.MongoDB(t), testenv.MongoDB(t)
		o := openOffice(t, auth, ticket)
		o.erase(func() map[string]int {
			found := o.files()
			for _, uri := range []string{auth, ticket} {
				maps.Copy(found, collections(t, uri))
			}
			return found
		})
	})
}

// erase is the story. stores tells where in the stores and the mails the mark is.
func (o *office) erase(stores func() map[string]int) {
	t := o.t
	stop := o.startTickets()
	o.startNotifier()
	o.signUp("Agent One", "agent@example.com")
	o.grant("agent@example.com")
	agent := o.logIn("agent@example.com", secretPhrase)
	client := o.writeEverywhere(agent)

	eventually(t, func() bool { return o.mailed() == 30 }, func() string { return fmt.Sprintf("%d mails about replies", o.mailed()) })
	before := stores()
	maps.Copy(before, o.streams())
	maps.Copy(before, o.natsFiles())
	t.Logf("the mark was in %v", before)
	for _, place := range []string{"1.blk", events.UserStream, events.TicketStream, events.UserDeadStream, events.TicketDeadStream} {
		if before[place] == 0 {
			t.Errorf("nothing was in %s: the test proves nothing", place)
		}
	}
	stop()
	o.call(client, http.MethodPost, "/v1/user/delete-account", `{"password":"`+mark+` new phrase"}`, http.StatusNoContent)
	o.startTickets()

	var left map[string]int
	eventually(t, func() bool {
		left = stores()
		maps.Copy(left, o.streams())
		maps.Copy(left, o.natsFiles())
		return len(left) == 0
	}, func() string { return fmt.Sprintf("left: %v", left) })
	if n := bytes.Count(bytes.ToLower([]byte(o.log.String())), []byte(mark)); n != 0 {
		t.Errorf("%d times in the log:\n%s", n, o.log.String())
	}
	var page struct{ Items []json.RawMessage }
	o.read(agent, "/v1/ticket", &page)
	if len(page.Items) != 1 {
		t.Errorf("%d tickets are left, want the other client's", len(page.Items))
	}
}

// writeEverywhere is what the user does before.
func (o *office) writeEverywhere(agent string) (client string) {
	other := o.signUp("Client Two", "other@example.com")
	o.open(other, "Printer", "It is on fire", "")
	const email = mark + "-email@example.com"
	first := o.signUpAs(map[string]string{
		"name": mark + " name", "email": email, "password": secretPhrase, "company": mark + " company", "phone": mark + " phone", "address": mark + " address",
	})
	o.call(first, http.MethodPatch, "/v1/user", `{"company":"`+mark+` second company"}`, http.StatusOK)
	o.call("", http.MethodPost, "/v1/user/reset-password", `{"email":"`+email+`"}`, http.StatusAccepted)
	pin := o.pin(email)
	o.call("", http.MethodPatch, "/v1/user/reset-password", `{"email":"`+email+`","pin":"`+pin+`","newPassword":"`+mark+` new phrase"}`, http.StatusNoContent)
	client = o.logIn(email, mark+" new phrase")
	for i := range 30 {
		id := o.open(client, fmt.Sprintf("%s subject %d", mark, i), strings.Repeat(mark+" message ", 1+i*25), fmt.Sprintf("%s-key-%d", mark, i))
		o.call(agent, http.MethodPut, "/v1/ticket/"+id, `{"message":"Answer"}`, http.StatusOK)
		o.call(client, http.MethodPut, "/v1/ticket/"+id, `{"message":"`+mark+` reply"}`, http.StatusOK, "Idempotency-Key", mark+"-reply")
		o.call(client, http.MethodPut, "/v1/ticket/"+id, `{"subject":"`+mark+` other subject"}`, http.StatusOK)
		if i%3 == 0 {
			o.call(client, http.MethodDelete, "/v1/ticket/"+id, "", http.StatusNoContent)
		}
	}
	o.published(30*4 + 10 + 1)
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
		o.each(source, func(msg *jetstream.RawStreamMsg) {
			_, subject := events.DeadLetterOf("mailer", msg.Subject)
			if _, err := o.js.Publish(o.t.Context(), subject, msg.Data); err != nil {
				o.t.Fatal(err)
			}
		})
	}
}
