// Package announce makes messages of the event contract from the events of users.
// It knows no broker and no store.
package announce

import (
	"crm.example/pkg/events"
	"crm.example/services/auth/internal/account"
	"crm.example/services/auth/internal/wire"
)

// Message encodes an event as crm.user.<verb>.<userId>. It carries id, name, email and role, never a secret.
func Message(e account.Event) (events.Message, error) {
	head := events.Head{ID: e.ID, Verb: string(e.Verb), Sequence: e.Sequence, At: e.At}
	return events.NewUserMessage(head, e.UserID, events.UserData{User: wire.UserOf(e)})
}
