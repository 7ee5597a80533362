package ticket

import "crm.example/pkg/problem"

// Action is something that a role may or may not do.
type Action string

// The actions. Editing is changing subject and priority.
const (
	ToOpen   Action = "open"
	ToList   Action = "list"
	ToRead   Action = "read"
	ToReply  Action = "reply to"
	ToEdit   Action = "edit"
	ToClose  Action = "close"
	ToDelete Action = "delete"
	ToTag    Action = "tag"
	ToSnooze Action = "snooze"

	ToReuse  Action = "see the saved replies to"
	ToManage Action = "manage the saved replies to"
)

// Scope says which tickets somebody may see: those of one client, or all.
// A ticket outside of it does not exist for them.
type Scope struct {
	ClientID string // empty: all tickets
}

// Covers tells whether a client's tickets are inside the scope.
func (s Scope) Covers(clientID string) bool { return s.ClientID == "" || s.ClientID == clientID }

type reach int

const (
	none reach = iota
	own
	all
)

// Permit says by the table who may do what: it returns the scope in which the actor may do all of the actions, or
// role-forbidden for every ticket.
func Permit(a Actor, do ...Action) (Scope, error) {
	widest := all
	for _, action := range do {
		widest = min(widest, rowOf(a.Role, action).reach)
		if widest == none || widest == own && a.ID == "" { // an empty id would be the scope of all tickets
			return Scope{}, problem.New(problem.RoleForbidden, "Your role may not "+string(action)+" tickets")
		}
	}
	if widest == own {
		return Scope{ClientID: a.ID}, nil
	}
	return Scope{}, nil
}
