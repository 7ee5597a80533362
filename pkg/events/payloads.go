package events

// User is the data of crm.user.*: never a password, hash, PIN or token.
// The event deleted carries nothing but the id.
type User struct {
	ID    string `json:"id"`
	Name  string `json:"name,omitempty"`
	Email string `json:"email,omitempty"`
	Role  string `json:"role,omitempty"`
}

// UserData is the payload of every crm.user.* event.
type UserData struct {
	User User `json:"user"`
}

// Actor is who made the change, as the access JWT said at that time.
type Actor struct {
	ID   string `json:"id"`
	Name string `json:"name,omitempty"`
	Role string `json:"role,omitempty"`
}

// Ticket is the ticket after the change, without its conversation.
type Ticket struct {
	ID            string  `json:"id"`
	ClientID      string  `json:"clientId"`
	ClientName    string  `json:"clientName"`
	Subject       string  `json:"subject"`
	Status        string  `json:"status"`
	Priority      string  `json:"priority"`
	MessageCount  int     `json:"messageCount"`
	LastMessageAt string  `json:"lastMessageAt"`
	LastMessageBy string  `json:"lastMessageBy"`
	OpenedAt      string  `json:"openedAt"`
	UpdatedAt     string  `json:"updatedAt"`
	ClosedAt      *string `json:"closedAt"`
	Version       int     `json:"version"`
	Number        int     `json:"number,omitempty"`
	FollowUpOf    string  `json:"followUpOf,omitempty"`
	Rating        *Rating `json:"rating,omitempty"`
}

// Rating is what the client thinks of how the ticket went.
type Rating struct {
	Score   int    `json:"score"`
	Comment string `json:"comment"`
	RatedAt string `json:"ratedAt"`
}

// Person is somebody by name.
type Person struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Desk has what agents keep beside a ticket. No client sees it: neither over HTTP nor in an event.
type Desk struct {
	Assignee       *Person  `json:"assignee"`
	Tags           []string `json:"tags"`
	SnoozedUntil   *string  `json:"snoozedUntil"`
	WaitingSince   *string  `json:"waitingSince"`
	FirstRepliedAt *string  `json:"firstRepliedAt"`
	NoteCount      int      `json:"noteCount"`
}

// Note is what agents tell each other beside a conversation.
type Note struct {
	ID       string `json:"id"`
	Author   Actor  `json:"author"`
	Message  string `json:"message"`
	SentAt   string `json:"sentAt"`
	AfterSeq int    `json:"afterSeq"` // the conversation's last message at that time
}

// DeskTicket is the ticket as agents see it, without its conversation.
type DeskTicket struct {
	Ticket
	Desk
}

// TicketDeskData is the payload of the events that only agents hear; Note is there on noted.
type TicketDeskData struct {
	Actor   Actor      `json:"actor"`
	Ticket  DeskTicket `json:"ticket"`
	Note    *Note      `json:"note,omitempty"`
	Changed []string   `json:"changed,omitempty"`
}

// ConversationMessage is one message of a conversation.
type ConversationMessage struct {
	ID      string `json:"id"`
	Seq     int    `json:"seq"`
	Author  Actor  `json:"author"`
	Message string `json:"message"`
	SentAt  string `json:"sentAt"`
}

// TicketData is the payload of crm.ticket.*: Message is there on created, replied and reopened by a
// reply, Changed names the fields of the ticket that the change gave another value.
type TicketData struct {
	Actor   Actor                `json:"actor"`
	Ticket  Ticket               `json:"ticket"`
	Message *ConversationMessage `json:"message,omitempty"`
	Changed []string             `json:"changed,omitempty"`
}

// TicketRef has only the ids of a ticket and its client.
type TicketRef struct {
	ID       string `json:"id"`
	ClientID string `json:"clientId"`
}

// TicketDeletedData is the payload of crm.ticket.deleted: ids only.
type TicketDeletedData struct {
	Actor  Actor     `json:"actor"` // the id only
	Ticket TicketRef `json:"ticket"`
}
