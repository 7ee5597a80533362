package events_test

import (
	"errors"
	"strings"
	"testing"

	"crm.example/pkg/events"
)

func TestOtherTypesAreToldApart(t *testing.T) {
	t.Parallel()
	body := read(t, "crm.ticket.closed.v1")
	e, err := events.Decode[events.TicketReplied](body)
	if !errors.Is(err, events.ErrOtherType) || e.Sequence != 4 || e.Type != "crm.ticket.closed.v1" {
		t.Errorf("got %+v, %v", e.Meta, err)
	}
	for _, later := range []string{"crm.ticket.closed.v2", "crm.ticket.merged.v1", "crm.user.closed.v1"} {
		body := strings.Replace(string(body), "crm.ticket.closed.v1", later, 1)
		if _, err := events.Decode[events.TicketEvent]([]byte(body)); !errors.Is(err, events.ErrOtherType) {
			t.Errorf("%s: %v", later, err)
		}
	}
}

func TestBrokenEventsAreRefused(t *testing.T) {
	t.Parallel()
	sound := string(read(t, "crm.ticket.closed.v1"))
	if _, err := events.Decode[events.TicketClosed]([]byte(sound)); err != nil {
		t.Fatal(err)
	}
	for old, broken := range map[string]string{
		`"specversion": "1.0"`:           `"specversion": "2.0"`,
		`"sequence": "0000000004"`:       `"sequence": "0"`,
		`"sequence": "0000000004`:        `"sequence": "-4`,
		`"0000000004"`:                   `4`,
		`"0000000004`:                    `"00000000049999999999`,
		`"source": "/crm/ticket"`:        `"source": ""`,
		`"type": "crm.ticket.closed.v1"`: `"kind": "crm.ticket.closed.v1"`,
		`"time": "2026`:                  `"time": "soon 2026`,
		`"data": {`:                      `"data": null, "old": {`,
		`"data":`:                        `"data_base64":`,
		`"version": 4`:                   `"version": "4"`,
		`"specversion"`:                  `specversion`,
		`"subject": "01a20a3e`:           `"subject": "", "was": "01a20a3e`,
	} {
		body := strings.Replace(sound, old, broken, 1)
		if _, err := events.Decode[events.TicketClosed]([]byte(body)); body == sound || err == nil || errors.Is(err, events.ErrOtherType) {
			t.Errorf("%s → %s: %v", old, broken, err)
		}
	}
}

func TestDeadLettersAreFoundByDocument(t *testing.T) {
	t.Parallel()
	for subject, want := range map[string][2]string{
		"crm.ticket.replied.c1.t1": {"CRM_TICKETS_DEAD", "dead.ticket.notifier.c1.t1"},
		"crm.user.deleted.u1":      {"CRM_USERS_DEAD", "dead.user.notifier.u1"},
		events.UserSubjects:        {"CRM_USERS_DEAD", "dead.user.notifier.unknown"},
		"crm.user.deleted.u1.x":    {"CRM_USERS_DEAD", "dead.user.notifier.u1"},
		"crm.ticket":               {"CRM_TICKETS_DEAD", "dead.ticket.notifier.unknown.unknown"},
		"crm.ticket.replied.c1":    {"CRM_TICKETS_DEAD", "dead.ticket.notifier.c1.unknown"},
		"crm.ticket.closed.c1.t.x": {"CRM_TICKETS_DEAD", "dead.ticket.notifier.c1.t"},
	} {
		if stream, dead := events.DeadLetterOf("notifier", subject); stream != want[0] || dead != want[1] {
			t.Errorf("%s: %s on %s, want %v", subject, dead, stream, want)
		}
	}
}

// Whatever bytes come, they are an event, one of another type, or refused: never a panic, never half an event.
func FuzzDecode(f *testing.F) {
	for name := range golden {
		f.Add(read(f, name))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		e, err := events.Decode[events.TicketEvent](body)
		if err != nil && !errors.Is(err, events.ErrOtherType) {
			return
		}
		if e.ID == "" || e.Document == "" || e.Type == "" || e.Sequence < 1 {
			t.Errorf("half an event: %+v of %q", e.Meta, body)
		}
		if err == nil && !e.Kind().Holds(e.Type) {
			t.Errorf("%s is no event of a ticket", e.Type)
		}
	})
}
