package archive

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/google/uuid"

	"crm.example/services/auth/internal/account"
	"crm.example/services/auth/internal/wire"
)

// bcrypted matches a hash in the form of golang.org/x/crypto/bcrypt, with a cost that AUTH_BCRYPT_COST may have: one login at
// cost 31 takes a day.
var bcrypted = regexp.MustCompile(`^\$2[aby]?\$(0[4-9]|1\d|20)\$[./A-Za-z0-9]{53}$`)

// check says in one sentence why the service cannot have written this user.
func check(d wire.Line) error {
	id, err := uuid.Parse(d.ID)
	email, invalid := account.NormalizeEmail(d.Email)
	err = errors.Join(
		wrong("id", err == nil && id.String() == d.ID),
		wrong("name", strings.TrimSpace(d.Name) != ""),
		wrong("email", invalid == nil && email == d.Email),
		wrong("role", account.Role(d.Role).Valid()),
		wrong("passwordHash", bcrypted.MatchString(d.PasswordHash)),
		wrong("version", d.Version > 0),
		wrong("sequence", d.Sequence > 0),
		wrong("createdAt", !wire.Time(d.CreatedAt).IsZero()),
		wrong("updatedAt", !wire.Time(d.UpdatedAt).IsZero()),
	)
	if err != nil {
		return errors.New(strings.ReplaceAll(err.Error(), "\n", "; "))
	}
	return nil
}

// wrong names the member, and not its value, which may be private.
func wrong(member string, ok bool) error {
	if ok {
		return nil
	}
	return fmt.Errorf("%s is missing or has a value that the service does not write", member)
}
