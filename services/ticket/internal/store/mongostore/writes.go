package mongostore

import (
	"fmt"

	"go.mongodb.org/mongo-driver/v2/bson"

	"crm.example/pkg/mongo"
	"crm.example/services/ticket/internal/ticket"
)

// written is what the pending events of a ticket bring into its document.
type written struct {
	messages []message
	outbox   mongo.Outbox
}

func (s *Store) written(t ticket.Ticket) (w written, err error) {
	for _, event := range t.Pending {
		if event.Message != nil {
			w.messages = append(w.messages, messageOf(*event.Message))
		}
		announced, err := s.announce(event)
		if err != nil {
			return written{}, fmt.Errorf("announce %s: %w", event.Verb, err)
		}
		w.outbox.Add(announced, event.At)
	}
	return w, nil
}

func (s *Store) newDocument(t ticket.Ticket) (newDocument, error) {
	w, err := s.written(t)
	if err != nil {
		return newDocument{}, err
	}
	d := newDocument{Ticket: documentOf(t), Outbox: w.outbox}
	d.Ticket.Conversation = w.messages
	return d, nil
}

// update is what makes the change in the database.
func (w written) update(t ticket.Ticket) any {
	if !t.DeletedAt.IsZero() {
		return w.bury(t)
	}
	d := documentOf(t)
	set := bson.M{
		"clientName": d.ClientName, "subject": d.Subject, "status": d.Status, "open": d.Open, "priority": d.Priority,
		"messageCount": d.MessageCount, "lastMessageAt": d.LastMessageAt, "lastMessageBy": d.LastMessageBy,
		"updatedAt": d.UpdatedAt, "version": d.Version, "size": d.Size,
	}
	push := bson.D{w.outbox.Push()}
	if len(w.messages) > 0 {
		push = append(push, bson.E{Key: "conversation", Value: bson.M{"$each": w.messages}})
	}
	update := bson.M{"$set": set, "$push": push, "$min": bson.D{w.outbox.Since()}}
	if d.ClosedAt.IsZero() {
		update["$unset"] = bson.M{"closedAt": true}
	} else {
		set["closedAt"] = d.ClosedAt
	}
	return update
}

// bury leaves a tombstone: ids, and the events that are still to be published. What a newer version of the program
// wrote goes too, since nobody here knows what it says of whom.
func (w written) bury(t ticket.Ticket) bson.A {
	waiting := bson.M{"$ifNull": bson.A{"$outbox", bson.A{}}}
	return bson.A{bson.M{"$replaceWith": bson.M{
		"_id": "$_id", "clientId": "$clientId", "version": t.Version, "deletedAt": t.DeletedAt,
		"outbox":       bson.M{"$concatArrays": bson.A{waiting, bson.M{"$literal": w.outbox.Events}}},
		"pendingSince": bson.M{"$ifNull": bson.A{"$pendingSince", w.outbox.PendingSince}},
	}}}
}
