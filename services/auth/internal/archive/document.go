// Package archive writes users to a file and reads them from one, as pkg/archive lays it out. It knows neither stores nor
// sessions: those end where users move.
package archive

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/google/uuid"

	"crm.example/pkg/events"
	"crm.example/services/auth/internal/account"
)

// document is a user as a line of the file. What ends with the move is not in it: sessions, PINs and the tries at them,
// wishes for a PIN, and events that wait. Signing keys are no users: the other place has its own.
type document struct {
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
	Sequence     int    `json:"sequence"` // of the last event; the next one goes on from it
}

func documentOf(u account.User) document {
	return document{
		ID: u.ID, Name: u.Name, Email: u.Email, Role: string(u.Role), Company: u.Company, Phone: u.Phone, Address: u.Address,
		PasswordHash: u.PasswordHash, CreatedAt: events.Time(u.CreatedAt), UpdatedAt: events.Time(u.UpdatedAt),
		Version: u.Version, Sequence: u.Sequence,
	}
}

// user is the document's, if it is one that the service could have written.
func (d document) user() (account.User, error) {
	created, err := time.Parse(events.TimeLayout, d.CreatedAt)
	updated, err2 := time.Parse(events.TimeLayout, d.UpdatedAt)
	if err := errors.Join(d.check(), wrong("createdAt", err == nil), wrong("updatedAt", err2 == nil)); err != nil {
		return account.User{}, errors.New(strings.ReplaceAll(err.Error(), "\n", "; ")) // one sentence
	}
	return account.User{
		ID: d.ID, Name: d.Name, Email: d.Email, Role: account.Role(d.Role), Company: d.Company, Phone: d.Phone, Address: d.Address,
		PasswordHash: d.PasswordHash, CreatedAt: created, UpdatedAt: updated, Version: d.Version, Sequence: d.Sequence,
	}, nil
}

// bcrypted is a hash as golang.org/x/crypto/bcrypt and its like write it, of a cost that AUTH_BCRYPT_COST may have at
// most: one login at cost 31 takes a day.
var bcrypted = regexp.MustCompile(`^\$2[aby]?\$(0[4-9]|1\d|20)\$[./A-Za-z0-9]{53}$`)

func (d document) check() error {
	id, err := uuid.Parse(d.ID)
	email, invalid := account.NormalizeEmail(d.Email)
	return errors.Join(
		wrong("id", err == nil && id.String() == d.ID),
		wrong("name", strings.TrimSpace(d.Name) != ""),
		wrong("email", invalid == nil && email == d.Email),
		wrong("role", account.Role(d.Role).Valid()),
		wrong("passwordHash", bcrypted.MatchString(d.PasswordHash)),
		wrong("version", d.Version > 0),
		wrong("sequence", d.Sequence > 0),
	)
}

// wrong names the member and not its value, which may be nobody's business.
func wrong(member string, ok bool) error {
	if ok {
		return nil
	}
	return fmt.Errorf("%s is missing or is none that the service writes", member)
}
