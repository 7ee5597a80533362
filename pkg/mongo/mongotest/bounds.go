package mongotest

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/event"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// mostPatient is more than any command may take.
const mostPatient = 6 * time.Second

// Bounds watches that no command is waited for longer than commands may take, however long its caller would wait.
type Bounds struct{ begun atomic.Bool }

// Watch is what the client is opened with. Nothing is wanted before Begin: indexes may take their time.
func (b *Bounds) Watch(t *testing.T) *options.ClientOptions {
	return options.Client().SetMonitor(&event.CommandMonitor{Started: func(ctx context.Context, e *event.CommandStartedEvent) {
		if deadline, ok := ctx.Deadline(); b.begun.Load() && (!ok || time.Until(deadline) > mostPatient) {
			t.Errorf("%s is waited for until %s: %.200s", e.CommandName, deadline, e.Command)
		}
	}})
}

// Begin is a context as a request has whose caller waits for an hour.
func (b *Bounds) Begin(t *testing.T) context.Context {
	b.begun.Store(true)
	ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
	t.Cleanup(cancel)
	return ctx
}
