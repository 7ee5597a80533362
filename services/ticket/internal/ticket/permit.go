package ticket

import "crm.example/pkg/problem"

// Action is something that a role may or may not do.
type Action string

// The actions. Editing is changing subject and priority.
const (
	ToOpen   Action = "open"
	ToList   Action = "list"
	ToCount  Action = "count"
	ToReport Action = "report on"
	ToRead   Action = "read"
	ToReply  Action = "reply"
	ToEdit   Action = "edit"
	ToClose  Action = "close"
	ToDelete Action = "delete"

	ToRate     Action = "rate"
	ToFollowUp Action = "follow-up" // opening another ticket that goes on from this one
	ToNote     Action = "note"
	ToAssign   Action = "assign"
	ToTag      Action = "tag"
	ToSnooze   Action = "snooze"

	ToReuse  Action = "read saved replies"
	ToManage Action = "manage saved replies"
)

// shown are the actions of which people are told whether they may do them, in the order in which they are.
var shown = []Action{ToReply, ToEdit, ToClose, ToDelete, ToRate, ToFollowUp, ToNote, ToAssign, ToTag, ToSnooze}

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
			return Scope{}, problem.New(problem.RoleForbidden, "Your role has no right to this: "+string(action))
		}
	}
	if widest == own {
		return Scope{ClientID: a.ID}, nil
	}
	return Scope{}, nil
}
