package e2e_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"testing"
	"time"

	"crm.example/e2e/crm"
	"crm.example/pkg/feedtest"
)

// listening is somebody's stream of events.
type listening struct {
	t        *testing.T
	messages chan feedtest.Message
	ended    chan error
	hangUp   func() error
	lastID   string // once it has ended
}

// listen opens the feed, after the event with an id or from now on.
func listen(t *testing.T, who *crm.Person, lastID string) *listening {
	t.Helper()
	in := crm.Request{Method: http.MethodGet, Path: "/v1/ticket/events"}
	if lastID != "" {
		in.Header = http.Header{"Last-Event-Id": {lastID}}
	}
	return listenTo(t, who, in, lastID)
}

func listenTo(t *testing.T, who *crm.Person, in crm.Request, lastID string) *listening {
	t.Helper()
	answer := who.Stream(in)
	if answer.StatusCode != http.StatusOK {
		body, _ := io.ReadAll(answer.Body)
		t.Fatalf("the feed answers %s: %s", answer.Status, body)
	}
	l := &listening{t: t, messages: make(chan feedtest.Message, 100), ended: make(chan error, 1), hangUp: answer.Body.Close}
	go l.read(feedtest.NewReader(answer.Body, lastID))
	return l
}

func (l *listening) read(reader *feedtest.Reader) {
	for {
		message, err := reader.Next()
		if err != nil {
			l.lastID = reader.LastID
			l.ended <- err
			return
		}
		l.messages <- message
	}
}

const soon = 10 * time.Second

// next waits for n events.
func (l *listening) next(n int) (got []feedtest.Message) {
	l.t.Helper()
	timeout := time.After(soon)
	for len(got) < n {
		select {
		case message := <-l.messages:
			got = append(got, message)
		case err := <-l.ended:
			l.t.Fatalf("the feed ended after %d of %d events: %v", len(got), n, err)
		case <-timeout:
			l.t.Fatalf("%d of %d events came", len(got), n)
		}
	}
	return got
}

// wantEnd waits for the clean end.
func (l *listening) wantEnd() {
	l.t.Helper()
	select {
	case err := <-l.ended:
		if !errors.Is(err, io.EOF) {
			l.t.Errorf("the feed ended with %v", err)
		}
	case <-time.After(soon):
		l.t.Error("the feed goes on")
	}
}

func names(messages []feedtest.Message) (all []string) {
	for _, m := range messages {
		all = append(all, m.Event)
	}
	return all
}

// A client hears of its own tickets, an agent of all, another client of none of them; who resumes gets the rest and
// nothing twice.
func TestFeed(t *testing.T) {
	t.Parallel()
	agent, client, other := anAgent(t), stranger(t).SignUpClient("Client One"), stranger(t).SignUpClient("Client Two")
	all, mine, others := listen(t, agent, ""), listen(t, client, ""), listen(t, other, "")
	for _, l := range []*listening{all, mine, others} {
		if first := l.next(1)[0]; first.Event != "ready" || first.ID == "" {
			t.Fatalf("first came %+v", first)
		}
	}
	ticket := client.Open("Live", "First.")
	agent.Reply(ticket.ID, "Second.")
	got := mine.next(2)
	_ = mine.hangUp()
	agent.Close(ticket.ID)
	client.Delete("/v1/ticket/" + ticket.ID).Want(http.StatusNoContent)
	resumed := listen(t, client, got[0].ID).next(4)
	if resumed[0].Event != "ready" || resumed[0].ID != got[0].ID || resumed[1] != got[1] {
		t.Errorf("resumed after %s: %+v", got[0].ID, resumed)
	}
	byQuery := crm.Request{Method: http.MethodGet, Path: "/v1/ticket/events?lastEventId=" + got[0].ID} // as a polyfill does
	if again := listenTo(t, client, byQuery, got[0].ID).next(4); !slices.Equal(again, resumed) {
		t.Errorf("resumed by the query: %+v", again)
	}
	life := names(append(got, resumed[2:]...))
	if want := []string{"crm.ticket.created.v1", "crm.ticket.replied.v1", "crm.ticket.closed.v1", "crm.ticket.deleted.v1"}; !slices.Equal(life, want) {
		t.Errorf("got %v, want %v", life, want)
	}
	for seen := 0; seen < 4; { // among those of other tests
		if m := all.next(1)[0]; decode[crm.Event](t, []byte(m.Data)).Subject == ticket.ID {
			if seen++; m.Event != life[seen-1] {
				t.Errorf("the agent got %s, want %s", m.Event, life[seen-1])
			}
		}
	}
	other.Open("Mine", "Alone.")
	if first := decode[crm.Event](t, []byte(others.next(1)[0].Data)); first.Subject == ticket.ID {
		t.Error("a client heard of another's ticket")
	}
}

// Whoever logs out, or is logged out, hears no more.
func TestFeedEndsWithItsSession(t *testing.T) {
	t.Parallel()
	client := stranger(t).SignUpClient("Client One")
	leaving := listen(t, client, "")
	staying := listen(t, client.LogIn(client.User.Email, crm.Password), "")
	leaving.next(1)
	staying.next(1)
	client.Delete("/v1/user/logout").Want(http.StatusNoContent)
	begun := time.Now()
	leaving.wantEnd()
	if took := time.Since(begun); took > 5*time.Second { // a second, on a machine that has nothing else to do
		t.Errorf("it took %s", took)
	}
	client.LogIn(client.User.Email, crm.Password).Open("Still", "There.")
	staying.next(1)
	if got := client.Get("/v1/ticket/events").WantProblem(http.StatusForbidden, "token-revoked"); got.Status == 0 {
		t.Error("no problem")
	}
}

// Whoever has missed what cannot be told any more is told so.
func TestFeedThatCannotBeResumed(t *testing.T) {
	t.Parallel()
	client := stranger(t).SignUpClient("Client One")
	first := listen(t, client, "").next(1)[0]
	for _, id := range []string{"0", "none", first.ID + "0000000", "z" + first.ID, first.ID + "x", "-1", "<script>"} {
		if got := listen(t, client, id).next(1)[0]; got.Event != "resync" || got.ID == "" {
			t.Errorf("after %q came %s", id, fmt.Sprint(got))
		}
	}
	if got := listen(t, client, first.ID).next(1)[0]; got.Event != "ready" {
		t.Errorf("after %q came %s", first.ID, fmt.Sprint(got))
	}
}
