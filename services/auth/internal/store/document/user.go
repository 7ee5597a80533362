// Package document has the documents of the auth service in the form of both stores: the members, their names in BSON and in JSON,
// and the only conversion from the domain's types and back. Members are added and never renamed. A later member may be omitted, since
// older documents do not have it, and the version before still writes such documents.
package document

import (
	"time"

	"crm.example/services/auth/internal/account"
)

// User is everything that is stored of a user, except the unpublished events. Empty members are left out, so that partial
// indexes do not contain them.
type User struct {
	ID                string       `bson:"_id" json:"id"`
	Name              string       `bson:"name" json:"name"`
	Email             string       `bson:"email,omitempty" json:"email"` // not there in a tombstone
	Role              account.Role `bson:"role" json:"role"`
	Company           string       `bson:"company" json:"company"`
	Phone             string       `bson:"phone" json:"phone"`
	Address           string       `bson:"address" json:"address"`
	PasswordHash      string       `bson:"passwordHash" json:"passwordHash"`
	SessionEpoch      int          `bson:"sessionEpoch" json:"sessionEpoch"`
	RevocationPending bool         `bson:"revocationPending" json:"revocationPending"`
	PIN               PIN          `bson:"pin,omitempty" json:"pin,omitzero"`
	PINFailuresEnd    time.Time    `bson:"pinFailuresEnd,omitempty" json:"pinFailuresEnd,omitzero"`
	ResetMails        []time.Time  `bson:"resetMails,omitempty" json:"resetMails,omitempty"`
	CreatedAt         time.Time    `bson:"createdAt" json:"createdAt"`
	UpdatedAt         time.Time    `bson:"updatedAt" json:"updatedAt"`
	DeletedAt         time.Time    `bson:"deletedAt,omitempty" json:"deletedAt,omitzero"`
	Erasing           bool         `bson:"erasing,omitempty" json:"-"` // in a tombstone of MongoDB: it stays when its events are published
	Version           int          `bson:"version" json:"version"`
	Sequence          int          `bson:"sequence" json:"sequence"`
}

// PIN has the members of account.PIN, in its order and with its types.
type PIN struct {
	HMAC      []byte    `bson:"hmac" json:"hmac"`
	RequestID string    `bson:"requestId" json:"requestId"`
	ExpiresAt time.Time `bson:"expiresAt" json:"expiresAt"`
	Attempts  int       `bson:"attempts" json:"attempts"`
}

// IsZero makes the encoders omit it.
func (p PIN) IsZero() bool { return p.HMAC == nil }

// UserOf is the user's document.
func UserOf(u account.User) User {
	return User{
		ID: u.ID, Name: u.Name, Email: u.Email, Role: u.Role, Company: u.Company, Phone: u.Phone, Address: u.Address,
		PasswordHash: u.PasswordHash, SessionEpoch: u.SessionEpoch, RevocationPending: u.RevocationPending,
		PIN: PIN(u.PIN), PINFailuresEnd: u.PINFailures.EmptyAt, ResetMails: u.ResetMails,
		CreatedAt: u.CreatedAt, UpdatedAt: u.UpdatedAt, DeletedAt: u.DeletedAt, Erasing: !u.DeletedAt.IsZero(),
		Version: u.Version, Sequence: u.Sequence,
	}
}

// User is the document's user, who may be a tombstone.
func (d User) User() account.User {
	return account.User{
		ID: d.ID, Name: d.Name, Email: d.Email, Role: d.Role, Company: d.Company, Phone: d.Phone, Address: d.Address,
		PasswordHash: d.PasswordHash, SessionEpoch: d.SessionEpoch, RevocationPending: d.RevocationPending,
		PIN: account.PIN(d.PIN), PINFailures: account.Budget{EmptyAt: d.PINFailuresEnd}, ResetMails: d.ResetMails,
		CreatedAt: d.CreatedAt, UpdatedAt: d.UpdatedAt, DeletedAt: d.DeletedAt,
		Version: d.Version, Sequence: d.Sequence,
	}
}
