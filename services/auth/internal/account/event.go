package account

import "time"

// Verb names what happened to a user.
type Verb string

// The verbs of crm.user.* events.
const (
	Registered      Verb = "registered"
	Updated         Verb = "updated"
	RoleChanged     Verb = "role-changed"
	PasswordWasSet  Verb = "password-reset"
	PasswordChanged Verb = "password-changed" // by the user, who gave the old one
	Deleted         Verb = "deleted"          // has only the id
)

// Event is a change of a user, with the user after it.
type Event struct {
	ID       string
	Verb     Verb
	Sequence int
	At       time.Time
	UserID   string
	Name     string
	Email    string
	Role     Role
}

// record appends an event with the user's present state.
func (u *User) record(verb Verb, id string, at time.Time) {
	u.Sequence++
	u.Events = append(u.Events, Event{
		ID: id, Verb: verb, Sequence: u.Sequence, At: at,
		UserID: u.ID, Name: u.Name, Email: u.Email, Role: u.Role,
	})
}
