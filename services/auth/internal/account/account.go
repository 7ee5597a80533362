// Package account is the domain of the auth service: users, their sessions, passwords and PINs, the
// rules about them, the use cases, and the interfaces that the use cases need.
// It knows no HTTP, SQL, JWT library, bcrypt or broker: it imports pkg/problem and the standard library.
package account

import (
	"slices"
	"time"
)

// Role says what a user may do. The access JWT has it.
type Role string

// The roles of the contract.
const (
	RoleClient Role = "client"
	RoleAgent  Role = "agent"
	RoleAdmin  Role = "admin" // an agent who manages what all agents share
)

// Roles are all of them.
var Roles = []Role{RoleClient, RoleAgent, RoleAdmin}

// Agents are the roles of those who answer clients.
var Agents = []Role{RoleAgent, RoleAdmin}

// Valid tells whether the role is one of the contract's.
func (r Role) Valid() bool { return slices.Contains(Roles, r) }

// User is an account. Stores keep every field except Events, which they add to the outbox.
type User struct {
	ID      string
	Name    string
	Email   string // as NormalizeEmail returns it; unique among the users that are not deleted
	Role    Role
	Company string // "" when not given, like Phone and Address
	Phone   string
	Address string

	PasswordHash string

	// SessionEpoch counts the changes that ended all sessions at once. A session is valid only while it has
	// this epoch.
	SessionEpoch int
	// RevocationPending is set with a new epoch, in the same write. It says that the registry may still
	// have access JWTs of an older epoch. Only SweepRevocations clears it, after it has revoked them.
	RevocationPending bool

	PIN         PIN         // the zero value if there is none
	PINFailures Budget      // wrong tries over all PINs of the account
	ResetMails  []time.Time // when PINs were mailed, those of the last hour

	CreatedAt time.Time
	UpdatedAt time.Time // of the last change that the user sees; a try at a PIN does not count
	DeletedAt time.Time // zero while the account exists; else a tombstone without content

	Version  int // counts writes; only the store uses it
	Sequence int // of the last event, gap-free from 1

	Events []Event // are stored in the same write as the change, and then published
}

// SignUp has the values of a new user. Name and the optional ones are checked already.
type SignUp struct {
	Name     string
	Email    string
	Password string
	Company  string
	Phone    string
	Address  string
}

// newUser makes a client of a checked sign-up.
func newUser(id string, in SignUp, hash string, now time.Time, eventID string) User {
	u := User{
		ID: id, Name: in.Name, Email: in.Email, Role: RoleClient,
		Company: in.Company, Phone: in.Phone, Address: in.Address,
		PasswordHash: hash, CreatedAt: now, UpdatedAt: now,
	}
	u.record(Registered, eventID, now)
	return u
}

// ProfileChange has the changes that a user wants. Nil does not change a field, "" clears it (but not the name).
type ProfileChange struct {
	Name    *string
	Company *string
	Phone   *string
	Address *string
}

// changeProfile applies a change. If nothing changes, there is no event.
func (u *User) changeProfile(c ProfileChange, now time.Time, eventID string) {
	changed := false
	set := func(to *string, value *string) {
		if value != nil && *to != *value {
			*to, changed = *value, true
		}
	}
	set(&u.Name, c.Name)
	set(&u.Company, c.Company)
	set(&u.Phone, c.Phone)
	set(&u.Address, c.Address)
	if changed {
		u.UpdatedAt = now
		u.record(Updated, eventID, now)
	}
}

// changeRole gives the user another role and begins a new epoch, since existing access JWTs have the old
// role. If the user has the role already, nothing changes.
func (u *User) changeRole(role Role, now time.Time, eventID string) {
	if u.Role == role {
		return
	}
	u.Role, u.UpdatedAt = role, now
	u.endSessions()
	u.record(RoleChanged, eventID, now)
}

// endSessions ends every session so far.
func (u *User) endSessions() {
	u.SessionEpoch++
	u.RevocationPending = true
}
