package archive_test

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"crm.example/pkg/events"
	"crm.example/pkg/mongo/mongotest"
	"crm.example/pkg/testenv"
	"crm.example/services/ticket/internal/announce"
	"crm.example/services/ticket/internal/archive"
	"crm.example/services/ticket/internal/store/mongostore"
	"crm.example/services/ticket/internal/store/sqlitestore"
	"crm.example/services/ticket/internal/ticket"
)

var (
	noon   = time.Date(2026, 1, 31, 12, 0, 0, 123e6, time.UTC)
	client = ticket.Actor{ID: newID(), Name: "Client <One> 客户\u2028", Role: ticket.Client}
	agent  = ticket.Actor{ID: newID(), Name: "Agent One", Role: ticket.Agent}
)

func newID() string { return uuid.Must(uuid.NewV7()).String() }

func inSQLite(t *testing.T) ticket.Archive {
	t.Helper()
	s, err := sqlitestore.Open(t.Context(), filepath.Join(t.TempDir(), "ticket.db"), announce.Message)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func inMongoDB(t *testing.T) ticket.Archive {
	t.Helper()
	s, err := mongostore.Open(testenv.MongoDB(t), announce.Message, mongotest.Patient())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// conversation is a ticket with that many messages, made by the rules.
func conversation(messages int) ticket.Ticket {
	stamp := func(a ticket.Actor, i int) ticket.Stamp {
		return ticket.Stamp{Actor: a, At: noon.Add(time.Duration(i) * time.Second), EventID: newID(), MessageID: newID()}
	}
	t := ticket.Open(stamp(client, 0), newID(), ticket.Draft{Subject: "Printer", Message: "It is on fire\n\t\"<&>\"", Key: "opens-" + newID()})
	for i := 1; i < messages; i++ {
		text := strings.Repeat("я", i)
		if err := t.Edit(stamp([]ticket.Actor{client, agent}[i%2], i), ticket.Edit{Message: &text, Key: newID()}, time.Hour); err != nil {
			panic(err)
		}
	}
	for _, e := range t.Pending {
		t.Conversation = append(t.Conversation, *e.Message)
	}
	t.Pending = nil
	t.Number = int(lastNumber.Add(1))
	return t
}

var lastNumber atomic.Int64

func filled(t *testing.T, tickets ...ticket.Ticket) ticket.Archive {
	t.Helper()
	s := inSQLite(t)
	for _, one := range tickets {
		if err := s.Restore(t.Context(), one); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

func export(t *testing.T, from ticket.Archive) string {
	t.Helper()
	var out bytes.Buffer
	if _, err := archive.Export(t.Context(), from, &out, noon); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// A file holds all that a store does: from one to the other and out again it is the same to the byte.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	long, closed := conversation(ticket.MaxMessages), conversation(3)
	closed.Close(ticket.Stamp{Actor: agent, At: noon.Add(time.Hour), EventID: newID()})
	closed.Pending = nil
	all := []ticket.Ticket{long, closed}
	for range 40 { // more than a page
		all = append(all, conversation(2))
	}
	from := filled(t, all...)
	file := export(t, from)
	for name, empty := range map[string]func(*testing.T) ticket.Archive{"SQLite": inSQLite, "MongoDB": inMongoDB} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			to := empty(t)
			if n, err := archive.Import(t.Context(), to, strings.NewReader(file)); err != nil || n != (archive.Counts{Tickets: len(all)}) {
				t.Fatalf("%+v, %v", n, err)
			}
			if again := export(t, to); again != file {
				t.Errorf("%d bytes have become %d others", len(file), len(again))
			}
			for _, want := range all {
				if got, err := to.Find(t.Context(), ticket.Scope{}, want.ID); err != nil || !reflect.DeepEqual(got, want) {
					t.Errorf("it was\n%+v and is\n%+v, %v", want, got, err)
				}
			}
			if n, err := archive.Import(t.Context(), to, strings.NewReader(file)); err != nil || n != (archive.Counts{Tickets: len(all), There: len(all)}) {
				t.Errorf("a second time: %+v, %v", n, err)
			}
			newer := strings.Replace(file, `"version":500,`, `"version":501,`, 1)
			if _, err := archive.Import(t.Context(), to, strings.NewReader(newer)); err == nil || !strings.Contains(err.Error(), long.ID+" is there already in an older version") {
				t.Errorf("a newer version: %v", err)
			}
		})
	}
}

// A file of the first version, which had nothing in it that follows from the rest, gives the tickets whole.
func TestFileOfVersionOne(t *testing.T) {
	t.Parallel()
	file, err := os.ReadFile("testdata/version1.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	to := inSQLite(t)
	if n, err := archive.Import(t.Context(), to, bytes.NewReader(file)); err != nil || n != (archive.Counts{Tickets: 2}) {
		t.Fatalf("%+v, %v", n, err)
	}
	there, err := to.TicketsAfter(t.Context(), "", 9)
	if err != nil || len(there) != 2 {
		t.Fatalf("%d tickets, %v", len(there), err)
	}
	want, answered := conversation(4), there[0]
	if answered.MessageCount != 4 || answered.Size != want.Size || answered.LastMessageBy != want.LastMessageBy || answered.LastMessageAt != want.LastMessageAt {
		t.Errorf("it was\n%+v and is\n%+v", want.Summary, answered.Summary)
	}
	for i, m := range answered.Conversation {
		if w := want.Conversation[i]; m.Seq != w.Seq || m.Text != w.Text || m.SentAt != w.SentAt || m.SentWith.Hash != w.SentWith.Hash || m.Author.Name != w.Author.Name {
			t.Errorf("the message was\n%+v and is\n%+v", w, m)
		}
	}
	if closed := there[1]; closed.Status != ticket.Closed || closed.ClosedAt != noon.Add(time.Hour) || closed.Version != 4 || closed.OpenedWith.Hash != want.OpenedWith.Hash {
		t.Errorf("the closed one is %+v", closed)
	}
}

// The sentence names line and member; what came before the line is there whole, the line's ticket not at all.
func TestLinesThatAreWrong(t *testing.T) {
	t.Parallel()
	one, two := conversation(2), conversation(4)
	file := export(t, filled(t, one, two))
	lines := strings.SplitAfter(file, "\n")
	second := func(oldNew ...string) string {
		line := lines[2]
		for i := 0; i < len(oldNew); i += 2 {
			line = strings.Replace(line, oldNew[i], oldNew[i+1], 1)
		}
		return lines[0] + lines[1] + line + lines[3]
	}
	for name, c := range map[string]struct{ file, want string }{
		"cut off":         {lines[0] + lines[1] + lines[2], "the file was cut off"},
		"cut in a line":   {lines[0] + lines[1] + lines[2][:200], "this program cannot read the document"},
		"twice":           {lines[0] + lines[1] + lines[1] + lines[3], "the ticket " + one.ID + " is in the file twice"},
		"the same key":    {second(two.OpenedWith.Key, one.OpenedWith.Key), "the client of the ticket " + two.ID + " has another one"},
		"an id":           {second(two.ID, "1"), "id is missing"},
		"a status":        {second("pending-client", "lost"), "status is"},
		"a closed one":    {second("pending-client", "closed"), "closedAt is"},
		"no version":      {second(`"version":4`, `"version":0`), "version is"},
		"a time":          {second(`"openedAt":"2026-01-31`, `"openedAt":"yesterday`), "openedAt is"},
		"a closing time":  {second(`"status":"pending-client"`, `"status":"closed"`, `"closedAt":null`, `"closedAt":"yesterday"`), "closedAt is"},
		"a sending time":  {second(two.Conversation[3].SentAt.Format(events.TimeLayout)+`","sentWith"`, `now","sentWith"`), "conversation/3 is"},
		"a nameless one":  {second(`"name":"Agent One"`, `"name":""`), "conversation/1 is"},
		"an author":       {second(two.Conversation[1].Author.ID, "x"), "conversation/1 is"},
		"a message twice": {second(two.Conversation[3].SentWith.Key, two.Conversation[1].SentWith.Key), "conversation/3/sentWith is"},
		"no conversation": {second(`"conversation":[`, `"conversation":[],"x":[`), "this program cannot read the document"},
	} {
		if c.file == file {
			t.Fatalf("%s: nothing is wrong", name)
		}
		to := inSQLite(t)
		_, err := archive.Import(t.Context(), to, strings.NewReader(c.file))
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "line ") || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
		if found, err := to.TicketsAfter(t.Context(), "", 9); name != "cut off" && (err != nil || len(found) != 1 || !reflect.DeepEqual(found[0], one)) {
			t.Errorf("%s: there are now %+v, %v", name, found, err)
		}
	}
}
