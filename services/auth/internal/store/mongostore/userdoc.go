package mongostore

import (
	"time"

	"crm.example/pkg/problem"
	"crm.example/services/auth/internal/account"
)

// userDoc is a user as it is kept, but for the outbox, which no update of a user reads. Fields are added and never
// renamed. What is not there is left out, so that partial indexes do not hold it.
type userDoc struct {
	ID                string      `bson:"_id"`
	Name              string      `bson:"name"`
	Email             string      `bson:"email,omitempty"` // not there in a tombstone
	Role              string      `bson:"role"`
	Company           string      `bson:"company"`
	Phone             string      `bson:"phone"`
	Address           string      `bson:"address"`
	PasswordHash      string      `bson:"passwordHash"`
	SessionEpoch      int         `bson:"sessionEpoch"`
	RevocationPending bool        `bson:"revocationPending"`
	PIN               *pinDoc     `bson:"pin,omitempty"`
	PINFailuresEnd    *time.Time  `bson:"pinFailuresEnd,omitempty"`
	ResetMails        []time.Time `bson:"resetMails,omitempty"`
	CreatedAt         time.Time   `bson:"createdAt"`
	UpdatedAt         time.Time   `bson:"updatedAt"`
	DeletedAt         *time.Time  `bson:"deletedAt,omitempty"`
	Erasing           bool        `bson:"erasing,omitempty"` // in a tombstone: it stays when its events are published
	Version           int         `bson:"version"`
	Sequence          int         `bson:"sequence"`
}

type pinDoc struct {
	HMAC      []byte    `bson:"hmac"`
	RequestID string    `bson:"requestId"`
	ExpiresAt time.Time `bson:"expiresAt"`
	Attempts  int       `bson:"attempts"`
}

func encodeUser(u account.User) userDoc {
	doc := userDoc{
		ID: u.ID, Name: u.Name, Email: u.Email, Role: string(u.Role),
		Company: u.Company, Phone: u.Phone, Address: u.Address,
		PasswordHash: u.PasswordHash, SessionEpoch: u.SessionEpoch, RevocationPending: u.RevocationPending,
		PINFailuresEnd: optional(u.PINFailures.EmptyAt), ResetMails: u.ResetMails,
		CreatedAt: u.CreatedAt, UpdatedAt: u.UpdatedAt, DeletedAt: optional(u.DeletedAt), Erasing: !u.DeletedAt.IsZero(),
		Version: u.Version, Sequence: u.Sequence,
	}
	if p := u.PIN; p.HMAC != nil {
		doc.PIN = &pinDoc{HMAC: p.HMAC, RequestID: p.RequestID, ExpiresAt: p.ExpiresAt, Attempts: p.Attempts}
	}
	return doc
}

// decodeUser takes a tombstone for no user.
func decodeUser(d userDoc) (account.User, error) {
	if d.DeletedAt != nil {
		return account.User{}, notFound()
	}
	return decodeAny(d)
}

func decodeAny(d userDoc) (account.User, error) {
	u := account.User{
		ID: d.ID, Name: d.Name, Email: d.Email, Role: account.Role(d.Role),
		Company: d.Company, Phone: d.Phone, Address: d.Address,
		PasswordHash: d.PasswordHash, SessionEpoch: d.SessionEpoch, RevocationPending: d.RevocationPending,
		PINFailures: account.Budget{EmptyAt: whenGiven(d.PINFailuresEnd)}, ResetMails: d.ResetMails,
		CreatedAt: d.CreatedAt, UpdatedAt: d.UpdatedAt, DeletedAt: whenGiven(d.DeletedAt),
		Version: d.Version, Sequence: d.Sequence,
	}
	if p := d.PIN; p != nil {
		u.PIN = account.PIN{HMAC: p.HMAC, RequestID: p.RequestID, ExpiresAt: p.ExpiresAt, Attempts: p.Attempts}
	}
	return u, nil
}

func notFound() error { return problem.New(problem.NotFound, "") }

// optional leaves a zero time out.
func optional(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func whenGiven(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}
