package events

// The answers of HTTP that tell more than an event does. Contract and clients read the same types as consumers.
type (
	// WholeTicket is a ticket with its conversation.
	WholeTicket struct {
		Ticket
		AllowedActions []string              `json:"allowedActions"` // what who asks may do now
		Conversation   []ConversationMessage `json:"conversation"`
	}

	// WholeDeskTicket is that ticket as agents see it.
	WholeDeskTicket struct {
		WholeTicket
		Desk
		Notes   []Note `json:"notes"`
		History []Step `json:"history"`
	}

	// Step is one change in the history of a ticket.
	Step struct {
		Version int         `json:"version"`
		At      string      `json:"at"`
		Actor   Actor       `json:"actor"`
		Verb    string      `json:"verb"`
		Changed []string    `json:"changed"`
		Detail  *StepDetail `json:"detail,omitempty"`
	}

	// StepDetail says more of some steps.
	StepDetail struct {
		From    *Person  `json:"from,omitempty"` // whose the ticket was
		To      *Person  `json:"to,omitempty"`   // whose it is
		Added   []string `json:"added,omitempty"`
		Removed []string `json:"removed,omitempty"`
		Until   *string  `json:"until,omitempty"` // what it is put off to
	}

	// TicketCounts are how many tickets an agent finds in each view, 100 at most, which means 100 or more.
	TicketCounts struct {
		Mine       int `json:"mine"`
		Unassigned int `json:"unassigned"`
		Waiting    int `json:"waiting"`
		Snoozed    int `json:"snoozed"`
		Open       int `json:"open"`
	}

	// TicketReport is what happened from one day to another, both of them in it.
	TicketReport struct {
		From        string        `json:"from"`
		To          string        `json:"to"`
		Days        []ReportDay   `json:"days"`
		FirstAnswer ReportSpread  `json:"firstAnswer"`
		Resolution  ReportSpread  `json:"resolution"`
		Waiting     int           `json:"waiting"`
		Ratings     ReportRatings `json:"ratings"`
		Agents      []ReportAgent `json:"agents"`
	}

	// ReportDay is one day of a report.
	ReportDay struct {
		Date    string `json:"date"`
		Opened  int    `json:"opened"`
		Closed  int    `json:"closed"`
		Replies int    `json:"replies"`
	}

	// ReportSpread is how long something took, in seconds; nil without a ticket.
	ReportSpread struct {
		Tickets int  `json:"tickets"`
		Median  *int `json:"median"`
		P90     *int `json:"p90"`
	}

	// ReportRatings are how often each score was given, that of 1 first; Average is nil without any.
	ReportRatings struct {
		Count   int      `json:"count"`
		Average *float64 `json:"average"`
		Scores  [5]int   `json:"scores"`
	}

	// ReportAgent is what one agent has done. Closings and ratings are those of tickets that are assigned to them.
	ReportAgent struct {
		ID      string        `json:"id"`
		Name    string        `json:"name"`
		Replies int           `json:"replies"`
		Closed  int           `json:"closed"`
		Ratings ReportRatings `json:"ratings"`
	}

	// TicketPage is one page of a list; NextCursor is nil on the last one.
	TicketPage struct {
		Items      []Ticket `json:"items"`
		NextCursor *string  `json:"nextCursor"`
	}

	// Profile is a user as they see themselves. What is not given is "".
	Profile struct {
		User
		Company   string `json:"company"`
		Phone     string `json:"phone"`
		Address   string `json:"address"`
		CreatedAt string `json:"createdAt"`
	}
)
