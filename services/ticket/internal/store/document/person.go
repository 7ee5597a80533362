package document

import "crm.example/services/ticket/internal/ticket"

// Person has the members of ticket.Person, in its order and with its types.
type Person struct {
	ID       string      `bson:"_id" json:"id"`
	Name     string      `bson:"name" json:"name"`
	Email    string      `bson:"email" json:"email"`
	Role     ticket.Role `bson:"role" json:"role"`
	Sequence int         `bson:"sequence" json:"sequence"`
}
