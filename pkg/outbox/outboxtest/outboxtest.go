// Package outboxtest looks into outboxes for tests, and has the suite of the fence that every store passes.
package outboxtest

import (
	"context"
	"testing"
	"time"

	"crm.example/pkg/events"
	"crm.example/pkg/outbox"
)

// Left returns all unpublished events of an outbox, those of one document in the order of its changes.
func Left(t testing.TB, box outbox.Store) []events.Message {
	t.Helper()
	msgs, err := All(context.WithoutCancel(t.Context()), box)
	if err != nil {
		t.Fatalf("read outbox: %v", err)
	}
	return msgs
}

// Of returns those of one document.
func Of(t testing.TB, box outbox.Store, document string) []events.Message {
	t.Helper()
	msgs, err := box.Pending(context.WithoutCancel(t.Context()), []string{document}, most)
	if err != nil {
		t.Fatalf("read outbox: %v", err)
	}
	return msgs
}

// All is Left for outboxes that may fail.
func All(ctx context.Context, box outbox.Store) ([]events.Message, error) {
	documents, err := box.Waiting(ctx, time.Now().AddDate(100, 0, 0), most)
	if err != nil || len(documents) == 0 {
		return nil, err
	}
	var all []events.Message
	for _, document := range documents {
		msgs, err := box.Pending(ctx, []string{document}, most)
		if err != nil {
			return nil, err
		}
		all = append(all, msgs...)
	}
	return all, nil
}

const most = 1 << 20
