package mongostore

import (
	"time"

	"crm.example/services/auth/internal/account"
)

// sessionDoc is a session as it is kept. Fields are added and never renamed.
type sessionDoc struct {
	ID                string     `bson:"_id"`
	UserID            string     `bson:"userId"`
	Epoch             int        `bson:"epoch"`
	Generation        int        `bson:"generation"`
	RotatedAt         time.Time  `bson:"rotatedAt"`
	Repeats           int        `bson:"repeats"`
	CreatedAt         time.Time  `bson:"createdAt"`
	ExpiresAt         time.Time  `bson:"expiresAt"`
	EndedAt           *time.Time `bson:"endedAt,omitempty"`
	RevocationPending bool       `bson:"revocationPending"`
	Version           int        `bson:"version"`
}

func encodeSession(s account.Session) sessionDoc {
	return sessionDoc{
		ID: s.ID, UserID: s.UserID, Epoch: s.Epoch, Generation: s.Generation, RotatedAt: s.RotatedAt, Repeats: s.Repeats,
		CreatedAt: s.CreatedAt, ExpiresAt: s.ExpiresAt, EndedAt: optional(s.EndedAt),
		RevocationPending: s.RevocationPending, Version: s.Version,
	}
}

func decodeSession(d sessionDoc) (account.Session, error) {
	return account.Session{
		ID: d.ID, UserID: d.UserID, Epoch: d.Epoch, Generation: d.Generation, RotatedAt: d.RotatedAt, Repeats: d.Repeats,
		CreatedAt: d.CreatedAt, ExpiresAt: d.ExpiresAt, EndedAt: whenGiven(d.EndedAt),
		RevocationPending: d.RevocationPending, Version: d.Version,
	}, nil
}
