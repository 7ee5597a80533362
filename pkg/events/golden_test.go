package events_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"crm.example/pkg/events"
)

// golden has events as they were published once, in testdata/<name>.json, and a sum of their bytes. Such a file is never
// changed: streams hold events like it, and consumers read them. A new field gets a new file beside it. A name is the type,
// and what sets this event apart from the first of its type behind another dot.
var golden = map[string]struct {
	sum    string
	decode func([]byte) (events.Event, error)
}{
	"crm.ticket.created.v1":          {"61321f49a876db8b", decodeAs[events.TicketCreated]},
	"crm.ticket.replied.v1":          {"b0b04e6af63c7ad3", decodeAs[events.TicketReplied]},
	"crm.ticket.updated.v1":          {"ff0ac8a8e67c46a4", decodeAs[events.TicketUpdated]},
	"crm.ticket.updated.v1.restated": {"bfe6f9a48f5dbf13", decodeAs[events.TicketUpdated]}, // by events rebuild
	"crm.ticket.closed.v1":           {"8c160494137510b7", decodeAs[events.TicketClosed]},
	"crm.ticket.reopened.v1":         {"6de3f458f65ee799", decodeAs[events.TicketReopened]},
	"crm.ticket.deleted.v1":          {"56360695ca4a0f8e", decodeAs[events.TicketDeleted]},
	"crm.ticket.created.v1.numbered": {"cab1ae80bbd28b00", decodeAs[events.TicketCreated]}, // with a number
	"crm.ticket.assigned.v1":         {"c65a319dba83b8c1", decodeAs[events.TicketAssigned]},
	"crm.ticket.tagged.v1":           {"93056e3cc9baa707", decodeAs[events.TicketTagged]},
	"crm.ticket.noted.v1":            {"50e6ea038711156d", decodeAs[events.TicketNoted]},
	"crm.ticket.snoozed.v1":          {"b32ed4eaafa75801", decodeAs[events.TicketSnoozed]},
	"crm.ticket.rated.v1":            {"a7f225333ed9a1c5", decodeAs[events.TicketRated]},
	"crm.ticket.created.v1.followUp": {"f4a4199c9462d9e2", decodeAs[events.TicketCreated]}, // of a closed ticket
	"crm.user.registered.v1":         {"c5bbb009744bb8e4", decodeAs[events.UserRegistered]},
	"crm.user.updated.v1":            {"1cfc7be78433cd18", decodeAs[events.UserUpdated]},
	"crm.user.role-changed.v1":       {"8266aa8ae9d3b2c1", decodeAs[events.UserRoleChanged]},
	"crm.user.password-reset.v1":     {"c3a3ff097063ae3f", decodeAs[events.UserPasswordReset]},
	"crm.user.password-changed.v1":   {"b4fb3082124d2924", decodeAs[events.UserPasswordChanged]},
	"crm.user.deleted.v1":            {"2b604b5a9422553d", decodeAs[events.UserDeleted]},
}

// typed is the type in a golden event's name: crm.<resource>.<verb>.<version>.
func typed(name string) string { return strings.Join(strings.Split(name, ".")[:4], ".") }

func decodeAs[E events.Event](body []byte) (events.Event, error) { return events.Decode[E](body) }

func read(t testing.TB, name string) []byte {
	t.Helper()
	body, err := os.ReadFile(filepath.Join("testdata", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// Every version decodes what an earlier one published, and loses nothing of it.
func TestGoldenEvents(t *testing.T) {
	t.Parallel()
	for name, g := range golden {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			body := read(t, name)
			if sum := fmt.Sprintf("%x", sha256.Sum256(body))[:16]; sum != g.sum {
				t.Errorf("the file was changed: its sum is %s", sum)
			}
			e, err := g.decode(body)
			if err != nil {
				t.Fatal(err)
			}
			wantWhole(t, body, e)
			every := decodeAs[events.TicketEvent]
			if e.Kind().Stream == events.UserStream {
				every = decodeAs[events.UserEvent]
			}
			if any, err := every(body); err != nil || any.About() != e.About() {
				t.Errorf("as any event of its stream: %+v, %v", any, err)
			}
		})
	}
}

func wantWhole(t *testing.T, body []byte, e events.Event) {
	t.Helper()
	envelope, meta, err := events.Open(body)
	if err != nil {
		t.Fatal(err)
	}
	if e.About() != meta || e.Kind().Types[0] != envelope.Type || envelope.Sequence != fmt.Sprintf("%010d", meta.Sequence) || events.Time(meta.Time) != envelope.Time {
		t.Errorf("about %+v, envelope %+v", e.About(), envelope)
	}
	again, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	if was, is := object(t, envelope.Data), object(t, again); !reflect.DeepEqual(was, is) {
		t.Errorf("data\n%v\nwas read as\n%v", was, is)
	}
}

func object(t testing.TB, raw []byte) (o map[string]any) {
	t.Helper()
	if err := json.Unmarshal(raw, &o); err != nil {
		t.Fatal(err)
	}
	return o
}

// Every type has a golden file, every file is tested, and none is called by a type that it has not.
func TestEveryTypeHasAGoldenFile(t *testing.T) {
	t.Parallel()
	types := slices.Concat(events.TicketEvent{}.Kind().Types, events.UserEvent{}.Kind().Types)
	for _, name := range types {
		if _, ok := golden[name]; !ok {
			t.Errorf("no golden file of %s", name)
		}
	}
	files, err := filepath.Glob("testdata/*.json")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, file := range files {
		names = append(names, strings.TrimSuffix(filepath.Base(file), ".json"))
	}
	if want := slices.Sorted(maps.Keys(golden)); !slices.Equal(slices.Sorted(slices.Values(names)), want) {
		t.Errorf("the files are %v, and those that are tested %v", names, want)
	}
	for name := range golden {
		if e, _, err := events.Open(read(t, name)); err != nil || e.Type != typed(name) || !slices.Contains(types, e.Type) {
			t.Errorf("%s has an event %s, %v", name, e.Type, err)
		}
	}
}

// A later version adds fields, in the envelope and below.
func TestUnknownFieldsPass(t *testing.T) {
	t.Parallel()
	for name, g := range golden {
		body := read(t, name)
		grown := bytes.ReplaceAll(body, []byte("{\n"), []byte("{\n\"aFieldOfTomorrow\": {\"a\": [1]},\n"))
		was, _ := g.decode(body)
		is, err := g.decode(grown)
		if err != nil || !reflect.DeepEqual(was, is) {
			t.Errorf("%s: %v, %v", name, is, err)
		}
		if strings.Count(string(grown), "aFieldOfTomorrow") < 3 {
			t.Errorf("%s was not grown", name)
		}
	}
}
