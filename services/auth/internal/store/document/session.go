package document

import (
	"time"

	"crm.example/services/auth/internal/account"
)

// These have the members of the domain's types, in the same order and with the same types. So Go can convert one into the other,
// and does not compile if a member is missing here.
type (
	// Session is a session.
	Session struct {
		ID                string    `bson:"_id" json:"id"`
		UserID            string    `bson:"userId" json:"userId"`
		Epoch             int       `bson:"epoch" json:"epoch"`
		Generation        int       `bson:"generation" json:"generation"`
		RotatedAt         time.Time `bson:"rotatedAt" json:"rotatedAt"`
		Repeats           int       `bson:"repeats" json:"repeats"`
		CreatedAt         time.Time `bson:"createdAt" json:"createdAt"`
		ExpiresAt         time.Time `bson:"expiresAt" json:"expiresAt"`
		EndedAt           time.Time `bson:"endedAt,omitempty" json:"endedAt,omitzero"`
		RevocationPending bool      `bson:"revocationPending" json:"revocationPending"`
		Version           int       `bson:"version" json:"version"`
	}

	// ResetRequest is a reset request.
	ResetRequest struct {
		ID          string    `bson:"_id" json:"id"`
		Email       string    `bson:"email" json:"email"`
		RequestedAt time.Time `bson:"requestedAt" json:"requestedAt"`
		ExpiresAt   time.Time `bson:"expiresAt" json:"expiresAt"`
		DueAt       time.Time `bson:"dueAt" json:"dueAt"`
		Attempts    int       `bson:"attempts" json:"attempts"`
	}

	// Key is a wrapped key.
	Key struct {
		ID        string    `bson:"_id"`
		CreatedAt time.Time `bson:"createdAt"`
		Data      []byte    `bson:"data"`
	}
)

// SessionOf is the session's document.
func SessionOf(s account.Session) Session { return Session(s) }

// Session is the document's session.
func (d Session) Session() account.Session { return account.Session(d) }

// ResetRequestOf is the request's document.
func ResetRequestOf(r account.ResetRequest) ResetRequest { return ResetRequest(r) }

// ResetRequest is the document's request.
func (d ResetRequest) ResetRequest() account.ResetRequest { return account.ResetRequest(d) }
