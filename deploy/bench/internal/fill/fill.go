// Package fill writes files that the services import: as many users and tickets as a measurement wants, for sizes that
// would take the API hours. The same size gives the same files.
package fill

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/google/uuid"

	"crm.example/pkg/archive"
	"crm.example/pkg/events"
)

// Password is that of every user in the file.
const Password = "the same for every client of the benchmark"

// passwordHash is Password's, at the lowest cost that the auth service takes.
const passwordHash = "$2a$10$5L8WsV4UZAa7WbEJTfqWQOWL0QkG0ICED3Q7bmQzxNQ1E770p82e."

// Email of the client with this number.
func Email(client int) string { return fmt.Sprintf("client-%d@example.com", client) }

// Archive writes auth.jsonl and ticket.jsonl into a new folder; text is each ticket's first message.
func Archive(dir string, clients, tickets int, text string) error {
	if err := os.Mkdir(dir, 0o700); err != nil {
		return err
	}
	return errors.Join(
		write(filepath.Join(dir, "auth.jsonl"), "auth", clients, user),
		write(filepath.Join(dir, "ticket.jsonl"), "ticket", tickets, func(n int) document { return ticket(n, n%clients, text) }),
	)
}

// document is a line of a file.
type document map[string]any

func write(path, service string, count int, documentOf func(i int) document) (err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	w, err := archive.NewWriter(f, service, time.Now())
	for i := 0; i < count && err == nil; i++ {
		err = w.Add(documentOf(i))
	}
	if err != nil {
		return err
	}
	_, err = w.End()
	return err
}

// start is when the first client signed up; the tickets come after all clients, a second apart.
var start = time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)

func signedUp(client int) time.Time { return start.Add(time.Duration(client) * time.Millisecond) }

// id is a UUIDv7 (RFC 9562) of a moment; n tells apart what has the same moment.
func id(at time.Time, n int) string {
	var u uuid.UUID
	binary.BigEndian.PutUint64(u[:8], uint64(at.UnixMilli())<<16|0x7000)
	binary.BigEndian.PutUint64(u[8:], 1<<63|uint64(n))
	return u.String()
}

const clientName = "Client of the benchmark"

func user(n int) document {
	at := events.Time(signedUp(n))
	return document{
		"id": id(signedUp(n), n), "name": clientName, "email": Email(n), "role": "client", "company": "Example Company", "phone": "+1 555 0100",
		"address": "1 Example Street", "passwordHash": passwordHash, "createdAt": at, "updatedAt": at, "version": 1, "sequence": 1,
	}
}

// ticket makes the n-th ticket: those of a client lie as far apart as those of a real one, and not side by side.
func ticket(n, client int, text string) document {
	opened, owner := start.Add(24*time.Hour+time.Duration(n)*time.Second), id(signedUp(client), client)
	at, with := events.Time(opened), document{"key": id(opened, n), "hash": bodyHash}
	return document{
		"id": id(opened, n), "clientId": owner, "clientName": clientName, "subject": "Wrong address on the invoice", "status": "pending-agent",
		"priority": "normal", "openedAt": at, "updatedAt": at, "version": 1, "openedWith": with,
		"conversation": []document{{
			"id": id(opened, n+1), "author": document{"id": owner, "name": clientName, "role": "client"}, "message": text, "sentAt": at, "sentWith": with,
		}},
	}
}

// bodyHash has the length of the hash of a body that an idempotency key stands for.
const bodyHash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
