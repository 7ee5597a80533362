package fill

import (
	"errors"
	"os"
	"time"

	"crm.example/pkg/archive"
)

// Users writes the file that the auth service imports.
func Users(path string, s Size) error {
	user, err := users(s.Clients)
	if err != nil {
		return err
	}
	return write(path, "auth", s.Clients, user)
}

// Tickets writes the file that the ticket service imports; text is each ticket's first message.
func Tickets(path string, s Size, text string) error {
	return write(path, "ticket", s.Tickets, func(n int) any { return ticketOf(n, s, text) })
}

func write(path, service string, count int, document func(i int) any) (err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	w, err := archive.NewWriter(f, service, time.Now())
	for i := 0; i < count && err == nil; i++ {
		err = w.Add(document(i))
	}
	if err != nil {
		return err
	}
	_, err = w.End()
	return err
}
