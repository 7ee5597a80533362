// Package wire writes users as others see them, and reads them back. Who sees what is decided here and nowhere else:
//
//	events.User     consumers of events
//	events.Profile  the user over HTTP: what they told of themselves too
//	Line            the operator's archive: the password's hash too
package wire

import (
	"time"

	"crm.example/pkg/events"
	"crm.example/services/auth/internal/account"
)

// Line is a user in the archive. What ends with the move is not in it: sessions, PINs and the tries at them, requests for a PIN,
// and events that wait. Signing keys are no users: the other place has its own.
type Line struct {
	events.Profile
	PasswordHash string `json:"passwordHash"`
	UpdatedAt    string `json:"updatedAt"`
	Version      int    `json:"version"`
	Sequence     int    `json:"sequence"` // of the last event; the next one goes on from it
}

// UserOf is what an event says of the user.
func UserOf(e account.Event) events.User {
	return events.User{ID: e.UserID, Name: e.Name, Email: e.Email, Role: string(e.Role)}
}

// ProfileOf is the user over HTTP.
func ProfileOf(u account.User) events.Profile {
	return events.Profile{
		User:    events.User{ID: u.ID, Name: u.Name, Email: u.Email, Role: string(u.Role)},
		Company: u.Company, Phone: u.Phone, Address: u.Address, CreatedAt: events.Time(u.CreatedAt),
	}
}

// LineOf is the user for the archive.
func LineOf(u account.User) Line {
	return Line{Profile: ProfileOf(u), PasswordHash: u.PasswordHash, UpdatedAt: events.Time(u.UpdatedAt), Version: u.Version, Sequence: u.Sequence}
}

// Restored is the user of the line. A time that is none is zero.
func (l Line) Restored() account.User {
	return account.User{
		ID: l.ID, Name: l.Name, Email: l.Email, Role: account.Role(l.Role), Company: l.Company, Phone: l.Phone, Address: l.Address,
		PasswordHash: l.PasswordHash, CreatedAt: Time(l.CreatedAt), UpdatedAt: Time(l.UpdatedAt), Version: l.Version, Sequence: l.Sequence,
	}
}

// Time reads a time of the contract; what is none is zero.
func Time(text string) time.Time {
	at, err := time.Parse(events.TimeLayout, text)
	if err != nil {
		return time.Time{}
	}
	return at
}
