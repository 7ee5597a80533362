// Package fill writes files that the services import: as many users and tickets as a measurement wants, for sizes that
// would take the API hours. The same size gives the same files, but for the password's salt.
package fill

import (
	"encoding/binary"
	"fmt"
	"time"

	"github.com/google/uuid"
	"golang.org/x/crypto/bcrypt"

	"crm.example/pkg/events"
)

// Password is that of every user in the file.
const Password = "the same for every client of the benchmark"

// Size is how much is written.
type Size struct{ Clients, Tickets int }

// Email of the client with this number.
func Email(client int) string { return fmt.Sprintf("client-%d@example.com", client) }

// start is when the first client signed up; the tickets come after all clients, a second apart.
var start = time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)

// id is a UUIDv7 (RFC 9562) of a moment; n tells apart what has the same moment.
func id(at time.Time, n int) string {
	var u uuid.UUID
	binary.BigEndian.PutUint64(u[:8], uint64(at.UnixMilli())<<16|0x7000)
	binary.BigEndian.PutUint64(u[8:], 1<<63|uint64(n))
	return u.String()
}

func clientID(n int) string { return id(start.Add(time.Duration(n)*time.Millisecond), n) }

// user is a line of the auth service's file.
type user struct {
	ID           string `json:"id"`
	Name         string `json:"name"`
	Email        string `json:"email"`
	Role         string `json:"role"`
	Company      string `json:"company"`
	Phone        string `json:"phone"`
	Address      string `json:"address"`
	PasswordHash string `json:"passwordHash"`
	CreatedAt    string `json:"createdAt"`
	UpdatedAt    string `json:"updatedAt"`
	Version      int    `json:"version"`
	Sequence     int    `json:"sequence"`
}

func users(n int) (func(i int) any, error) {
	hash, err := bcrypt.GenerateFromPassword([]byte(Password), Cost)
	if err != nil {
		return nil, err
	}
	return func(i int) any {
		at := events.Time(start.Add(time.Duration(i) * time.Millisecond))
		return user{
			ID: clientID(i), Name: clientName, Email: Email(i), Role: "client", Company: "Example Company", Phone: "+1 555 0100", Address: "1 Example Street",
			PasswordHash: string(hash), CreatedAt: at, UpdatedAt: at, Version: 1, Sequence: 1,
		}
	}, nil
}

// Cost is of the password's hash: the lowest that the auth service takes.
const Cost = 10

const clientName = "Client of the benchmark"
