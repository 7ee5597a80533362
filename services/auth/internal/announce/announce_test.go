package announce_test

import (
	"testing"
	"time"

	"crm.example/services/auth/internal/account"
	"crm.example/services/auth/internal/announce"
)

func TestMessage(t *testing.T) {
	t.Parallel()
	m, err := announce.Message(account.Event{
		ID: "e1", Verb: account.PasswordWasSet, Sequence: 3, At: time.Date(2026, 1, 31, 9, 30, 0, 0, time.UTC),
		UserID: "u1", Name: "Client One", Email: "client@example.com", Role: account.RoleClient,
	})
	if err != nil {
		t.Fatal(err)
	}
	if m.ID != "e1" || m.Document != "u1" || m.Subject != "crm.user.password-reset.u1" {
		t.Errorf("message is %+v", m)
	}
	want := `{"specversion":"1.0","id":"e1","source":"/crm/user","type":"crm.user.password-reset.v1","subject":"u1",` +
		`"time":"2026-01-31T09:30:00.000Z","datacontenttype":"application/json","sequence":"0000000003",` +
		`"data":{"user":{"id":"u1","name":"Client One","email":"client@example.com","role":"client"}}}`
	if string(m.Body) != want {
		t.Errorf("body is %s", m.Body)
	}
}
