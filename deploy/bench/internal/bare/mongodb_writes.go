package bare

import (
	"context"
	"time"

	"github.com/google/uuid"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"crm.example/pkg/events"
	"crm.example/pkg/mongo"
)

// head is a ticket as it is read before a change.
type head struct {
	ID           string    `bson:"_id"`
	ClientID     string    `bson:"clientId"`
	ClientName   string    `bson:"clientName"`
	Subject      string    `bson:"subject"`
	MessageCount int       `bson:"messageCount"`
	OpenedAt     time.Time `bson:"openedAt"`
	Version      int       `bson:"version"`
	Size         int       `bson:"size"`
}

// reply reads the ticket without its conversation, but for a message of the same key, and changes it with its event if it
// still has the version.
func (m *MongoDB) reply(ctx context.Context, n int64) error {
	id, key := m.one(n), newID()
	var t head
	found := m.latest.FindOne(ctx, within(id), options.FindOne().SetProjection(headOf(id.Client, key)))
	if err := found.Decode(&t); err != nil {
		return err
	}
	version, now := t.Version, time.Now()
	t.Version, t.MessageCount, t.Size = t.Version+1, t.MessageCount+1, t.Size+len(m.text)
	box, message, err := m.written("replied", t, now)
	if err != nil {
		return err
	}
	message["sentWith"] = bson.M{"key": key, "hash": key}
	after := options.FindOneAndUpdate().SetReturnDocument(options.After).SetProjection(whole)
	return m.tickets.FindOneAndUpdate(ctx, append(within(id), bson.E{Key: "version", Value: version}), update(t, box, message, now), after).Err()
}

func update(t head, box mongo.Outbox, message bson.M, now time.Time) bson.M {
	return bson.M{
		"$set": bson.M{
			"clientName": t.ClientName, "subject": t.Subject, "status": "pending-agent", "open": true, "priority": "normal",
			"messageCount": t.MessageCount, "lastMessageAt": now, "lastMessageBy": "client",
			"updatedAt": now, "version": t.Version, "size": t.Size,
		},
		"$push":  bson.D{box.Push(), {Key: "conversation", Value: bson.M{"$each": bson.A{message}}}},
		"$min":   bson.D{box.Since()},
		"$unset": bson.M{"closedAt": true},
	}
}

// create inserts a ticket with its event.
func (m *MongoDB) create(ctx context.Context, n int64) error {
	now := time.Now()
	t := head{
		ID: newID(), ClientID: m.one(n).Client, ClientName: person, Subject: "Wrong address on the invoice",
		MessageCount: 1, OpenedAt: now, Version: 1, Size: len(m.text),
	}
	box, message, err := m.written("created", t, now)
	if err != nil {
		return err
	}
	_, err = m.tickets.InsertOne(ctx, bson.M{
		"_id": t.ID, "clientId": t.ClientID, "clientName": t.ClientName, "subject": t.Subject,
		"status": "pending-agent", "open": true, "priority": "normal", "messageCount": 1, "lastMessageAt": now, "lastMessageBy": "client",
		"openedAt": now, "updatedAt": now, "version": 1, "size": t.Size, "openedWith": bson.M{"key": t.ID, "hash": t.ID},
		"conversation": bson.A{message}, "outbox": box.Events, "pendingSince": box.PendingSince,
	})
	return err
}

const person = "Client of the benchmark"

// written are the message and the event of a change, the event as the contract has it: the relay publishes it.
func (m *MongoDB) written(verb string, t head, now time.Time) (box mongo.Outbox, message bson.M, err error) {
	id, author := newID(), events.Actor{ID: t.ClientID, Name: person, Role: "client"}
	announced, err := events.NewTicketMessage(events.Head{ID: newID(), Verb: verb, Sequence: t.Version, At: now}, t.ClientID, t.ID, events.TicketData{
		Actor: author,
		Ticket: events.Ticket{
			ID: t.ID, ClientID: t.ClientID, ClientName: t.ClientName, Subject: t.Subject, Status: "pending-agent", Priority: "normal",
			MessageCount: t.MessageCount, LastMessageAt: events.Time(now), LastMessageBy: "client",
			OpenedAt: events.Time(t.OpenedAt), UpdatedAt: events.Time(now), Version: t.Version,
		},
		Message: &events.ConversationMessage{ID: id, Seq: t.MessageCount, Author: author, Message: m.text, SentAt: events.Time(now)},
	})
	if err != nil {
		return box, nil, err
	}
	box.Add(announced, now)
	return box, bson.M{
		"id": id, "seq": t.MessageCount, "author": bson.M{"id": t.ClientID, "name": person, "role": "client"}, "message": m.text, "sentAt": now,
	}, nil
}

func headOf(author, key string) bson.M {
	projection := bson.M{"size": true, "openedWith": true, "conversation": bson.M{"$elemMatch": bson.M{"author.id": author, "sentWith.key": key}}}
	for name := range summaryOnly {
		projection[name] = true
	}
	return projection
}

func newID() string { return uuid.Must(uuid.NewV7()).String() }
