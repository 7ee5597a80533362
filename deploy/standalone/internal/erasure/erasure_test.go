package erasure_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"crm.example/pkg/events"
	"crm.example/pkg/testenv"
)

// Each of the two who are deleted has a word, which is in everything that they have written, in some spelling. The agent's
// is not in the text of replies, which is to stay.
const (
	mark      = "zzqx"
	agentMark = "yyqw"
)

// A client leaves words wherever a user can, and deletes the account while the ticket service is down. When everything has
// settled, none of them is in any file, collection, stream or line of the log. Then an agent does the same, of whom the
// events about others' tickets still tell the name, and nothing else tells anything.
func TestNothingIsLeftOfADeletedUser(t *testing.T) {
	t.Parallel()
	t.Run("SQLite", func(t *testing.T) {
		t.Parallel()
		o := openOffice(t, "", "")
		o.stores, o.files = []string{"file auth.db", "file ticket.db"}, o.dataFiles
		o.erase()
	})
	t.Run("MongoDB", func(t *testing.T) {
		t.Parallel()
		auth, ticket := testenv.MongoDB(t), testenv.MongoDB(t)
		o := openOffice(t, auth, ticket)
		o.stores = []string{"collection users", "collection tickets"}
		o.files = func(word string) map[string]int {
			found := o.dataFiles(word)
			maps.Copy(found, collections(t, auth, word))
			maps.Copy(found, collections(t, ticket, word))
			return found
		}
		o.erase()
	})
}

// erase is the story.
func (o *office) erase() {
	stop := o.startTickets()
	o.startNotifier()
	agent := o.hire()
	other := o.signUp("Client Two", "other@example.com")
	kept := o.open(other, "Printer", "It is on fire", "")
	o.call(agent, http.MethodPut, "/v1/ticket/"+kept, `{"message":"Run"}`, http.StatusOK, "Idempotency-Key", agentMark+"-reply")
	client := o.writeEverywhere(agent)
	eventually(o.t, func() bool { return o.mailed() == 30 }, func() string { return fmt.Sprintf("%d mails about replies", o.mailed()) })
	o.wantEverywhere(mark, append(o.stores, "file notifier/")...)
	o.wantEverywhere(agentMark, o.stores...)

	stop()
	o.call(client, http.MethodPost, "/v1/user/delete-account", `{"password":"`+mark+` new phrase"}`, http.StatusNoContent)
	o.startTickets()
	o.wantOnly(mark, nil)
	o.call(agent, http.MethodPost, "/v1/user/delete-account", `{"password":"`+secretPhrase+`"}`, http.StatusNoContent)
	// One event of the ticket that is kept, and its dead letter: the agent is its actor and the author of the reply.
	o.wantOnly(agentMark, map[string]int{"stream CRM_TICKETS": 2, "stream CRM_TICKETS_DEAD": 2})
	o.wantNameOnly()
	o.wantFormerAgent(other, kept)

	o.consumed() // and whatever waited behind the client's deletion has had its turn since
	o.wantOnly(mark, nil)
	for _, word := range []string{mark, agentMark} {
		if n := marks([]byte(o.log.String()), word); n != 0 {
			o.t.Errorf("%s is %d times in the log:\n%s", word, n, o.log.String())
		}
	}
}

// wantEverywhere looks, before a deletion, whether the word is wherever it is to be gone from: otherwise nothing would be proved.
func (o *office) wantEverywhere(word string, more ...string) {
	o.t.Helper()
	before := o.places(word)
	o.t.Logf("%s was in %v", word, before)
	for _, place := range append(more, "file mail/", "nats "+events.UserStream+"/", "nats "+events.TicketStream+"/",
		"stream "+events.UserStream, "stream "+events.TicketStream, "stream "+events.UserDeadStream, "stream "+events.TicketDeadStream) {
		if !slices.ContainsFunc(slices.Collect(maps.Keys(before)), func(found string) bool { return strings.HasPrefix(found, place) }) {
			o.t.Errorf("nothing of %s was in %s: the test proves nothing", word, place)
		}
	}
}

// wantOnly waits until the word is in these places only, that often. NATS' files of these streams may have it too, as often as
// the server likes.
func (o *office) wantOnly(word string, want map[string]int) {
	o.t.Helper()
	var left map[string]int
	eventually(o.t, func() bool {
		left = o.places(word)
		maps.DeleteFunc(left, func(place string, _ int) bool {
			stream, _, file := strings.Cut(strings.TrimPrefix(place, "nats "), "/")
			return file && strings.HasPrefix(place, "nats ") && want["stream "+stream] > 0
		})
		return maps.Equal(left, want)
	}, func() string { return fmt.Sprintf("%s is left in %v, want %v", word, left, want) })
}

// wantNameOnly looks at what the events still have of the agent.
func (o *office) wantNameOnly() {
	o.t.Helper()
	for _, stream := range []string{events.TicketStream, events.TicketDeadStream} {
		o.each(stream, func(msg *message) {
			msg.Data = []byte(strings.ReplaceAll(string(msg.Data), `"name":"`+agentMark+` name"`, ""))
			if marks(whole(msg), agentMark) > 0 {
				o.t.Errorf("%s has more of the agent than its name: %s", stream, msg.Data)
			}
		})
	}
}

// wantFormerAgent reads the ticket of the client who stays, the only one that is left.
func (o *office) wantFormerAgent(client, id string) {
	o.t.Helper()
	var page struct{ Items []struct{ ID string } }
	o.read(client, "/v1/ticket", &page)
	var ticket struct {
		Conversation []struct {
			Message string
			Author  struct{ Name string }
		}
	}
	o.read(client, "/v1/ticket/"+id, &ticket)
	if c := ticket.Conversation; len(page.Items) != 1 || len(c) != 2 || c[1].Message != "Run" || c[1].Author.Name != "Former agent" {
		o.t.Errorf("left are %v, and in it %+v", page.Items, c)
	}
}
