// Package account is the domain of the auth service: users, their sessions, passwords and PINs, the
// rules about them, the use cases, and the ports through which the use cases reach the world.
// It knows no HTTP, SQL, JWT library, bcrypt or broker: it imports pkg/problem and the standard library.
package account

import (
	"slices"
	"time"
)

// Role says what a user may do. It travels in the access JWT.
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

// User is an account. Stores keep every field but Events, which they announce.
type User struct {
	ID      string
	Name    string
	Email   string // as NormalizeEmail returns it; unique among the users that are not deleted
	Role    Role
	Company string // "" when not given, like Phone and Address
	Phone   string
	Address string

	PasswordHash string

	// SessionEpoch counts the events that ended all sessions at once. A session counts only while its
	// own epoch is this one.
	SessionEpoch int
	// RevocationPending is set with a new epoch, in the same write, and says that the registry may still
	// hold access JWTs of an older one. Only SweepRevocations clears it, after it has revoked them.
	RevocationPending bool

	PIN         PIN         // the zero value when none is out
	PINFailures Budget      // wrong tries over all PINs of the account
	ResetMails  []time.Time // when PINs were mailed, those of the last hour

	CreatedAt time.Time
	UpdatedAt time.Time // of what the user sees; a try at a PIN does not move it
	DeletedAt time.Time // zero while the account exists; else a tombstone without content

	Version  int // counts writes; the store's business
	Sequence int // of the last event, gap-free from 1

	Events []Event // to be announced in the write that stores this change
}

// SignUp is what a new user gives. Name and the rest are within the contract's bounds already.
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

// ProfileChange is what a user wants changed. Nil leaves a field as it is, "" clears it (but not the name).
type ProfileChange struct {
	Name    *string
	Company *string
	Phone   *string
	Address *string
}

// changeProfile applies a change. One that changes nothing is no event.
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

// changeRole gives the user another role and begins a new epoch, since the old role stands in the access
// JWTs that are out. The role that it has already changes nothing.
func (u *User) changeRole(role Role, now time.Time, eventID string) {
	if u.Role == role {
		return
	}
	u.Role, u.UpdatedAt = role, now
	u.endSessions()
	u.record(RoleChanged, eventID, now)
}

// endSessions makes every session so far stale.
func (u *User) endSessions() {
	u.SessionEpoch++
	u.RevocationPending = true
}
