package redis_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"crm.example/pkg/problem"
	"crm.example/pkg/registry"
	"crm.example/pkg/registry/redis"
	"crm.example/pkg/testenv"
)

// quick is about as patient as a service.
var quick = redis.Options{Timeout: 50 * time.Millisecond}

// everyCall asks Redis in every way there is.
func everyCall(ctx context.Context, r *redis.Registry) map[string]error {
	errs := map[string]error{
		"register":       r.Register(ctx, token("b", "u")),
		"remove":         r.Remove(ctx, "u", "b"),
		"revoke session": r.RevokeSession(ctx, "u", "x"),
		"revoke user":    r.RevokeUser(ctx, "u", -1),
		"return":         r.Return(ctx, "k"),
	}
	yes, err := r.Accept(ctx, "u", "a")
	errs["accept"] = orYes(err, yes)
	yes, err = r.Accepted(ctx, "u", "s", 0)
	errs["accepted"] = orYes(err, yes)
	_, wait, err := r.Take(ctx, "k", 1, time.Hour)
	errs["take"] = orYes(err, wait != 0)
	tokens := []registry.Token{token("a", "u"), token("b", "v")}
	standings := r.Standings(ctx, tokens)
	for i, t := range tokens {
		errs["standing of "+t.ID] = orKnown(standings[i])
	}
	return errs
}

func orYes(err error, yes bool) error {
	if yes {
		return nil // an answer, where none is wanted
	}
	return err
}

// orKnown makes an error of the one standing that is no opinion.
func orKnown(standing registry.Standing) error {
	if standing != registry.Unknown {
		return nil
	}
	return problem.NewUnavailable(errors.New("the standing is unknown"))
}

// wantOutage: every call returns by itself, and none has an opinion.
func wantOutage(t *testing.T, ctx context.Context, r *redis.Registry) {
	t.Helper()
	for name, err := range everyCall(ctx, r) {
		if !problem.Is(err, problem.Unavailable) {
			t.Errorf("%s = %v, want a problem unavailable", name, err)
		}
	}
}

func wantUnready(t *testing.T, r *redis.Registry, sentence string) {
	t.Helper()
	if err := r.Ready(t.Context()); err == nil || !strings.Contains(err.Error(), sentence) {
		t.Errorf("Ready = %v, want: %s", err, sentence)
	}
}

// awaitRecovery waits until calls are answered again, by the same registry.
func awaitRecovery(t *testing.T, r *redis.Registry) {
	t.Helper()
	await(t, "Redis is back", func() bool { return r.Register(t.Context(), token("back", "u")) == nil })
	await(t, "Redis is ready", func() bool { return r.Ready(t.Context()) == nil })
	await(t, "the token counts", func() bool {
		counts, err := r.Accept(t.Context(), "u", "back")
		return err == nil && counts
	})
}

func TestFrozenServer(t *testing.T) {
	t.Parallel()
	server := testenv.StartRedis(t)
	r := open(t, server.URL, quick)
	await(t, "the token is there", func() bool { return r.Register(t.Context(), token("a", "u")) == nil })
	server.Freeze()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second) // all of it takes 1 s; without bounds a call takes 20
	defer cancel()
	wantOutage(t, ctx, r)
	wantOutage(t, ctx, open(t, server.URL, quick)) // which waits for a connection
	hasty, stop := context.WithTimeout(ctx, quick.Timeout)
	defer stop()
	wantOutage(t, hasty, open(t, server.URL, patient))
	var many sync.WaitGroup
	for range 200 { // more than there are connections: the wait for one is bounded too
		many.Go(func() {
			if _, err := r.Accept(ctx, "u", "a"); !problem.Is(err, problem.Unavailable) {
				t.Errorf("Accept = %v", err)
			}
		})
	}
	many.Wait()
	check(t, ctx.Err())
	wantUnready(t, r, "Redis does not answer")
	server.Thaw()
	awaitRecovery(t, r)
	wantAccept(t, r, "u", "a", true)
}

// TestServiceStartsFirst opens a registry before there is a Redis.
func TestServiceStartsFirst(t *testing.T) {
	t.Parallel()
	server := testenv.StartRedis(t)
	server.Kill()
	r := open(t, server.URL, quick)
	wantOutage(t, t.Context(), r)
	wantUnready(t, r, "Redis does not answer")
	server.Start()
	awaitRecovery(t, r)
}

func TestKilledServer(t *testing.T) {
	t.Parallel()
	server := testenv.StartRedis(t)
	r := open(t, server.URL, patient)
	for range 3 {
		check(t, r.Register(t.Context(), token("a", "u")))
		wantAccept(t, r, "u", "a", true)
		server.Kill()
		wantOutage(t, t.Context(), r)
		server.Start()
		awaitRecovery(t, r)
		wantAccept(t, r, "u", "a", false)
	}
}

func TestCallerGivesUp(t *testing.T) {
	t.Parallel()
	r := open(t, testenv.Redis(t), patient)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	wantOutage(t, ctx, r)
}
