package storetest

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"crm.example/pkg/problem"
	"crm.example/services/auth/internal/account"
)

func request(id string, due time.Time) account.ResetRequest {
	return account.ResetRequest{ID: id, Email: id + "@example.com", RequestedAt: at, ExpiresAt: at.Add(time.Hour), DueAt: due}
}

func requestIsClaimedOnce(t *testing.T, open Open) {
	stores := []Store{open(t), open(t)}
	for i := range 8 {
		must(t, stores[0].AddResetRequest(t.Context(), request(fmt.Sprint("r", i), at)))
	}
	var claimed sync.Map
	for _, err := range parallel(16, func(i int) error {
		r, err := stores[i%2].ClaimResetRequest(t.Context(), at, at.Add(time.Minute))
		if err == nil {
			if _, twice := claimed.LoadOrStore(r.ID, true); twice {
				return fmt.Errorf("%s was claimed twice", r.ID)
			}
		}
		return err
	}) {
		if err != nil && !problem.Is(err, problem.NotFound) {
			t.Error(err)
		}
	}
	n := 0
	claimed.Range(func(any, any) bool { n++; return true })
	if n != 8 {
		t.Errorf("%d of 8 requests were claimed", n)
	}
}

func requestsAreClaimedInOrder(t *testing.T, open Open) {
	s := open(t)
	expired := request("r4", at.Add(-time.Hour))
	expired.ExpiresAt = at
	for _, r := range []account.ResetRequest{request("r3", at), request("r2", at.Add(-time.Second)), request("r1", at.Add(1e6)), expired} {
		must(t, s.AddResetRequest(t.Context(), r))
	}
	var order []string
	for {
		r, err := s.ClaimResetRequest(t.Context(), at, at.Add(time.Minute))
		if problem.Is(err, problem.NotFound) {
			break
		}
		must(t, err)
		want := request(r.ID, at.Add(time.Minute))
		want.Attempts = 1
		if r != want {
			t.Errorf("claimed\n%+v, want\n%+v", r, want)
		}
		order = append(order, r.ID)
	}
	if fmt.Sprint(order) != "[r2 r3]" {
		t.Errorf("claimed %v; r1 is not due and r4 expired", order)
	}
}

func claimComesBackAfterItsLease(t *testing.T, open Open) {
	s := open(t)
	claim := func(now time.Time) (account.ResetRequest, error) {
		return s.ClaimResetRequest(t.Context(), now, now.Add(time.Minute))
	}
	must(t, s.AddResetRequest(t.Context(), request("r1", at)))
	got[account.ResetRequest](t)(claim(at))
	if _, err := claim(at.Add(time.Minute - 1e6)); !problem.Is(err, problem.NotFound) {
		t.Errorf("claimed within the lease: %v", err)
	}
	r := got[account.ResetRequest](t)(claim(at.Add(time.Minute)))
	if r.Attempts != 2 {
		t.Errorf("the second claim is attempt %d", r.Attempts)
	}
	for range 2 {
		must(t, s.FinishResetRequest(t.Context(), "r1"))
	}
	if _, err := claim(at.Add(10 * time.Minute)); !problem.Is(err, problem.NotFound) {
		t.Errorf("claimed what was finished: %v", err)
	}
}

func lateRetryMovesNothing(t *testing.T, open Open) {
	s := open(t)
	must(t, s.AddResetRequest(t.Context(), request("r1", at)))
	first := got[account.ResetRequest](t)(s.ClaimResetRequest(t.Context(), at, at.Add(time.Second)))
	second := got[account.ResetRequest](t)(s.ClaimResetRequest(t.Context(), at.Add(time.Second), at.Add(time.Minute)))
	must(t, s.RetryResetRequest(t.Context(), first, at))
	if _, err := s.ClaimResetRequest(t.Context(), at.Add(2*time.Second), at.Add(time.Hour)); !problem.Is(err, problem.NotFound) {
		t.Errorf("a worker whose lease was over took the request from another: %v", err)
	}
	must(t, s.RetryResetRequest(t.Context(), second, at.Add(2*time.Second)))
	got[account.ResetRequest](t)(s.ClaimResetRequest(t.Context(), at.Add(2*time.Second), at.Add(time.Hour)))
	must(t, s.FinishResetRequest(t.Context(), "r1"))
	must(t, s.RetryResetRequest(t.Context(), second, at))
}
