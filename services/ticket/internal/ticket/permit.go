package ticket

import "crm.example/pkg/problem"

// Action is something that a role may or may not do.
type Action string

// The actions. Editing includes replying.
const (
	ToOpen   Action = "open"
	ToList   Action = "list"
	ToRead   Action = "read"
	ToEdit   Action = "edit"
	ToClose  Action = "close"
	ToDelete Action = "delete"
)

// Scope is which tickets somebody has to do with: those of one client, or all.
// A ticket outside it does not exist for them.
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

// permissions says how far each role reaches with each action. What is not there is forbidden.
var permissions = map[Role]map[Action]reach{
	Client: {ToOpen: own, ToList: own, ToRead: own, ToEdit: own, ToClose: own, ToDelete: own},
	Agent:  {ToList: all, ToRead: all, ToEdit: all, ToClose: all},
}

// Permit is who may do what: the scope within which the actor may do it, or role-forbidden whatever
// the ticket is.
func Permit(a Actor, do Action) (Scope, error) {
	switch permissions[a.Role][do] {
	case all:
		return Scope{}, nil
	case own:
		if a.ID != "" { // an empty id would be the scope of all tickets
			return Scope{ClientID: a.ID}, nil
		}
	}
	return Scope{}, problem.New(problem.RoleForbidden, "Your role may not "+string(do)+" tickets")
}
