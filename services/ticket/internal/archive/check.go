package archive

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"crm.example/services/ticket/internal/ticket"
)

var (
	statuses   = []ticket.Status{ticket.PendingAgent, ticket.PendingClient, ticket.Closed}
	priorities = []ticket.Priority{ticket.Low, ticket.Normal, ticket.High, ticket.Urgent}
	roles      = []ticket.Role{ticket.Client, ticket.Agent}
)

// check says in one sentence what the service could not have written.
func (d document) check() error {
	err := errors.Join(
		wrong("id", isID(d.ID)),
		wrong("clientId", isID(d.ClientID)),
		wrong("subject", strings.TrimSpace(d.Subject) != ""),
		wrong("status", slices.Contains(statuses, ticket.Status(d.Status))),
		wrong("priority", slices.Contains(priorities, ticket.Priority(d.Priority))),
		wrong("openedAt", given(d.OpenedAt)),
		wrong("updatedAt", given(d.UpdatedAt)),
		wrong("closedAt", (d.ClosedAt != nil) == (d.Status == string(ticket.Closed))),
		wrong("version", d.Version > 0),
		wrong("openedWith", d.OpenedWith.valid()),
		wrong("conversation", len(d.Conversation) > 0 && len(d.Conversation) <= ticket.MaxMessages),
		d.checkMessages(),
	)
	if err != nil {
		return errors.New(strings.ReplaceAll(err.Error(), "\n", "; "))
	}
	return nil
}

// checkMessages names the first message that is wrong. An author's key that is there twice would make two of one.
func (d document) checkMessages() error {
	keys := map[string]bool{}
	for i, m := range d.Conversation {
		if m == nil || !m.valid() {
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

func (m *message) valid() bool {
	return isID(m.ID) && isID(m.Author.ID) && slices.Contains(roles, ticket.Role(m.Author.Role)) &&
		strings.TrimSpace(m.Message) != "" && given(m.SentAt) && m.SentWith.valid()
}

func (o *once) valid() bool { return o == nil || o.Key != "" && o.Hash != "" }

func isID(text string) bool {
	id, err := uuid.Parse(text)
	return err == nil && id.String() == text
}

func given(m moment) bool { return !time.Time(m).IsZero() }

// wrong names the member and not its value, which may be nobody's business.
func wrong(member string, ok bool) error {
	if ok {
		return nil
	}
	return fmt.Errorf("%s is missing or is none that the service writes", member)
}
