package announce_test

import (
	"testing"
	"time"

	"crm.example/services/ticket/internal/announce"
	"crm.example/services/ticket/internal/ticket"
)

var (
	noon   = time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)
	client = ticket.Actor{ID: "c1", Name: "Client One", Role: ticket.Client}
	agent  = ticket.Actor{ID: "a1", Name: "Agent One", Role: ticket.Agent}
)

// The bytes are the contract: a difference here is a difference for every consumer.
func TestMessage(t *testing.T) {
	t.Parallel()
	stamp := func(a ticket.Actor) ticket.Stamp {
		return ticket.Stamp{Actor: a, At: noon, EventID: "e1", MessageID: "m1"}
	}
	summary := func(status, by, closed, version string) string {
		return `"ticket":{"id":"t1","clientId":"c1","clientName":"Client One","subject":"Printer","status":"` + status +
			`","priority":"normal","messageCount":1,"lastMessageAt":"2026-01-31T12:00:00.000Z","lastMessageBy":"` + by +
			`","openedAt":"2026-01-31T12:00:00.000Z","updatedAt":"2026-01-31T12:00:00.000Z","closedAt":` + closed + `,"version":` + version + `}`
	}
	tests := map[string]struct {
		change    func(*ticket.Ticket)
		verb, seq string
		data      string
	}{
		"created": {func(*ticket.Ticket) {}, "created", "0000000001",
			`{"actor":{"id":"c1","name":"Client One","role":"client"},` + summary("pending-agent", "client", "null", "1") +
				`,"message":{"id":"m1","seq":1,"author":{"id":"c1","name":"Client One","role":"client"},"message":"On fire","sentAt":"2026-01-31T12:00:00.000Z"}}`},
		"closed": {func(tk *ticket.Ticket) { tk.Close(stamp(agent)) }, "closed", "0000000002",
			`{"actor":{"id":"a1","name":"Agent One","role":"agent"},` + summary("closed", "client", `"2026-01-31T12:00:00.000Z"`, "2") + `,"changed":["status"]}`},
		"deleted": {func(tk *ticket.Ticket) { tk.Delete(stamp(client)) }, "deleted", "0000000002",
			`{"actor":{"id":"c1"},"ticket":{"id":"t1","clientId":"c1"}}`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tk := ticket.Open(stamp(client), "t1", ticket.Draft{Subject: "Printer", Message: "On fire"})
			test.change(&tk)
			got, err := announce.Message(tk.Pending[len(tk.Pending)-1])
			if err != nil {
				t.Fatal(err)
			}
			want := `{"specversion":"1.0","id":"e1","source":"/crm/ticket","type":"crm.ticket.` + test.verb +
				`.v1","subject":"t1","time":"2026-01-31T12:00:00.000Z","datacontenttype":"application/json","sequence":"` + test.seq + `","data":` + test.data + `}`
			if string(got.Body) != want {
				t.Errorf("body\n%s\nwant\n%s", got.Body, want)
			}
			if got.ID != "e1" || got.Document != "t1" || got.Subject != "crm.ticket."+test.verb+".c1.t1" {
				t.Errorf("message %s of %s on %s", got.ID, got.Document, got.Subject)
			}
		})
	}
}
