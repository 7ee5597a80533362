// Package wire turns users into the forms that others see, and back. It alone decides who sees what:
//
//	events.User     consumers of events
//	events.Profile  the user over HTTP: with the profile
//	Line            the operator's archive: with the password's hash
package wire

import (
	"time"

	"crm.example/pkg/events"
	"crm.example/services/auth/internal/account"
)

// Line is a user in the archive. It has nothing that ends with the move: sessions, PINs and tries at them, requests for a PIN, and
// waiting events. Signing keys are not in the archive: the other deployment has its own.
type Line struct {
	events.Profile
	PasswordHash string `json:"passwordHash"`
	UpdatedAt    string `json:"updatedAt"`
	Version      int    `json:"version"`
	Sequence     int    `json:"sequence"` // of the last event; the next event gets the next number
}

// UserOf is the user in an event.
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

// Restored is the user of the line. A time that cannot be read is zero.
func (l Line) Restored() account.User {
	return account.User{
		ID: l.ID, Name: l.Name, Email: l.Email, Role: account.Role(l.Role), Company: l.Company, Phone: l.Phone, Address: l.Address,
		PasswordHash: l.PasswordHash, CreatedAt: Time(l.CreatedAt), UpdatedAt: Time(l.UpdatedAt), Version: l.Version, Sequence: l.Sequence,
	}
}

// Time reads a time of the contract; a text that is not a time is zero.
func Time(text string) time.Time {
	at, err := time.Parse(events.TimeLayout, text)
	if err != nil {
		return time.Time{}
	}
	return at
}
