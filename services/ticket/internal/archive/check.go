package archive

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"crm.example/services/ticket/internal/ticket"
	"crm.example/services/ticket/internal/wire"
)

var (
	statuses   = []ticket.Status{ticket.PendingAgent, ticket.PendingClient, ticket.Closed}
	priorities = []ticket.Priority{ticket.Low, ticket.Normal, ticket.High, ticket.Urgent}
	roles      = []ticket.Role{ticket.Client, ticket.Agent}
)

// check says in one sentence why the service cannot have written this ticket.
func check(d wire.Line) error {
	err := errors.Join(
		wrong("id", isID(d.ID)),
		wrong("clientId", isID(d.ClientID)),
		wrong("subject", strings.TrimSpace(d.Subject) != ""),
		wrong("status", slices.Contains(statuses, ticket.Status(d.Status))),
		wrong("priority", slices.Contains(priorities, ticket.Priority(d.Priority))),
		wrong("openedAt", given(d.OpenedAt)),
		wrong("updatedAt", given(d.UpdatedAt)),
		wrong("closedAt", (d.ClosedAt != nil) == (d.Status == string(ticket.Closed)) && (d.ClosedAt == nil || given(*d.ClosedAt))),
		wrong("version", d.Version > 0),
		wrong("openedWith", valid(d.OpenedWith)),
		wrong("conversation", len(d.Conversation) > 0 && len(d.Conversation) <= ticket.MaxMessages),
		checkMessages(d.Conversation),
	)
	if err != nil {
		return errors.New(strings.ReplaceAll(err.Error(), "\n", "; "))
	}
	return nil
}

// checkMessages names the first message that is wrong. An author's key may be there only once, since it stands for one message.
func checkMessages(conversation []wire.Message) error {
	keys := map[string]bool{}
	for i, m := range conversation {
		if !written(m) {
			return wrong(fmt.Sprintf("conversation/%d", i), false)
		}
		if m.SentWith == nil {
			continue
		}
		key := m.Author.ID + m.SentWith.Key
		if keys[key] {
			return wrong(fmt.Sprintf("conversation/%d/sentWith", i), false)
		}
		keys[key] = true
	}
	return nil
}

func written(m wire.Message) bool {
	return isID(m.ID) && isID(m.Author.ID) && m.Author.Name != "" && slices.Contains(roles, ticket.Role(m.Author.Role)) &&
		strings.TrimSpace(m.Message) != "" && given(m.SentAt) && valid(m.SentWith)
}

func valid(o *wire.Once) bool { return o == nil || o.Key != "" && o.Hash != "" }

func isID(text string) bool {
	id, err := uuid.Parse(text)
	return err == nil && id.String() == text
}

func given(at string) bool { return !wire.Time(at).IsZero() }

// wrong names the member, and not its value, which may be private.
func wrong(member string, ok bool) error {
	if ok {
		return nil
	}
	return fmt.Errorf("%s is missing or has a value that the service does not write", member)
}
