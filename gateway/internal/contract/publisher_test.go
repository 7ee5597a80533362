package contract_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"crm.example/gateway/internal/contract"
	"crm.example/pkg/problem"
)

func TestPublisherFollowsTheServices(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		asked := 0
		answer, down := users, error(problem.NewUnavailable(errors.New("refused")))
		p := contract.NewPublisher([]byte(own), contract.Source{Name: "auth", Prefixes: []string{"/v1/user"}, Fetch: func(context.Context) ([]byte, error) {
			asked++
			return []byte(answer), down
		}})
		if _, err := p.Document(t.Context()); !problem.Is(err, problem.Unavailable) {
			t.Errorf("a service is down: %v", err)
		}
		_, _ = p.Document(t.Context())
		if asked != 1 {
			t.Errorf("it was asked %d times within a second of failing", asked)
		}
		time.Sleep(2 * time.Second)
		down = nil
		first, err := p.Document(t.Context())
		if err != nil || len(first.JSON) == 0 || first.ETag == "" {
			t.Fatalf("a service came up: %v", err)
		}
		answer = ticketsWith("Same")
		if again, _ := p.Document(t.Context()); again.ETag != first.ETag || asked != 2 {
			t.Errorf("within a minute: asked %d times", asked)
		}
		time.Sleep(2 * time.Minute)
		if old, err := p.Document(t.Context()); err != nil || old.ETag != first.ETag {
			t.Errorf("a reader waited for the services: %v", err)
		}
		synctest.Wait()
		second, err := p.Document(t.Context())
		if err != nil || second.ETag == first.ETag {
			t.Errorf("a deployment went unnoticed: %v", err)
		}
		time.Sleep(2 * time.Minute)
		down = problem.NewUnavailable(errors.New("refused"))
		if last, err := p.Document(t.Context()); err != nil || last.ETag != second.ETag {
			t.Errorf("the last document does not stand while a service is down: %v", err)
		}
	})
}

// A service that hangs holds nobody up who can have the last document, and those before the first one for 3 s.
func TestServiceThatHangs(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		hangs := true
		p := contract.NewPublisher([]byte(own), contract.Source{Name: "auth", Prefixes: []string{"/v1/user"}, Fetch: func(ctx context.Context) ([]byte, error) {
			if hangs {
				<-ctx.Done()
				return nil, problem.NewUnavailable(ctx.Err())
			}
			return []byte(users), nil
		}})
		wait := func(want error, most time.Duration) {
			t.Helper()
			begun := time.Now()
			if _, err := p.Document(t.Context()); (err == nil) != (want == nil) || time.Since(begun) != most {
				t.Errorf("got %v after %s", err, time.Since(begun))
			}
		}
		wait(problem.NewUnavailable(nil), 3*time.Second)
		hangs = false
		time.Sleep(2 * time.Second)
		wait(nil, 0)
		hangs = true
		time.Sleep(2 * time.Minute)
		for range 5 {
			wait(nil, 0)
			time.Sleep(2 * time.Second)
		}
		time.Sleep(5 * time.Second)
	})
}
