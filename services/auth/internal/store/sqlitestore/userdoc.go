package sqlitestore

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"crm.example/services/auth/internal/account"
)

// userDoc is a user as it is kept. Members are added and never renamed.
type userDoc struct {
	ID                string      `json:"id"`
	Name              string      `json:"name"`
	Email             string      `json:"email"`
	Role              string      `json:"role"`
	Company           string      `json:"company"`
	Phone             string      `json:"phone"`
	Address           string      `json:"address"`
	PasswordHash      string      `json:"passwordHash"`
	SessionEpoch      int         `json:"sessionEpoch"`
	RevocationPending bool        `json:"revocationPending"`
	PIN               *pinDoc     `json:"pin"`
	PINFailuresEnd    *time.Time  `json:"pinFailuresEnd"`
	ResetMails        []time.Time `json:"resetMails"`
	CreatedAt         time.Time   `json:"createdAt"`
	UpdatedAt         time.Time   `json:"updatedAt"`
	DeletedAt         *time.Time  `json:"deletedAt"`
	Version           int         `json:"version"`
	Sequence          int         `json:"sequence"`
}

type pinDoc struct {
	HMAC      []byte    `json:"hmac"`
	RequestID string    `json:"requestId"`
	ExpiresAt time.Time `json:"expiresAt"`
	Attempts  int       `json:"attempts"`
}

var users = kind[account.User]{
	find: userByID, save: updateUser,
	encode: encodeUser, decode: decodeUser, columns: userColumns,
	next: func(u *account.User) { u.Version++ }, buried: func(u account.User) bool { return !u.DeletedAt.IsZero() },
}

func userColumns(u account.User) []any {
	return []any{sql.NullString{String: u.Email, Valid: u.DeletedAt.IsZero()}, u.RevocationPending}
}

func encodeUser(u account.User) any {
	doc := userDoc{
		ID: u.ID, Name: u.Name, Email: u.Email, Role: string(u.Role),
		Company: u.Company, Phone: u.Phone, Address: u.Address,
		PasswordHash: u.PasswordHash, SessionEpoch: u.SessionEpoch, RevocationPending: u.RevocationPending,
		PINFailuresEnd: optional(u.PINFailures.EmptyAt), ResetMails: u.ResetMails,
		CreatedAt: u.CreatedAt, UpdatedAt: u.UpdatedAt, DeletedAt: optional(u.DeletedAt),
		Version: u.Version, Sequence: u.Sequence,
	}
	if p := u.PIN; p.HMAC != nil {
		doc.PIN = &pinDoc{HMAC: p.HMAC, RequestID: p.RequestID, ExpiresAt: p.ExpiresAt, Attempts: p.Attempts}
	}
	return doc
}

// decodeUser takes a tombstone for no user.
func decodeUser(raw []byte) (account.User, error) {
	u, err := decodeAny(raw)
	if err == nil && !u.DeletedAt.IsZero() {
		return account.User{}, notFound()
	}
	return u, err
}

func decodeAny(raw []byte) (account.User, error) {
	var d userDoc
	if err := json.Unmarshal(raw, &d); err != nil {
		return account.User{}, fmt.Errorf("decode user: %w", err)
	}
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
