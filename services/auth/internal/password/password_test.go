package password_test

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/crypto/bcrypt"

	"crm.example/pkg/problem"
	"crm.example/services/auth/internal/password"
)

func newHasher(t *testing.T) *password.Hasher {
	t.Helper()
	h, err := password.New(bcrypt.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestCompare(t *testing.T) {
	t.Parallel()
	h := newHasher(t)
	hash := func(plain string, cost int) string {
		sum, err := bcrypt.GenerateFromPassword([]byte(plain), cost)
		if err != nil {
			t.Fatal(err)
		}
		return string(sum)
	}
	full := strings.Repeat("p", password.MaxBytes)
	for name, tc := range map[string]struct {
		hash, plain string
		ok          bool
	}{
		"right":                          {hash("correct horse", 4), "correct horse", true},
		"wrong":                          {hash("correct horse", 4), "correct horsf", false},
		"unknown user":                   {"", "correct horse", false},
		"unknown user, dummy's password": {"", "the password of nobody", false},
		"72 bytes":                       {hash(full, 4), full, true},
		"73 bytes":                       {hash(full, 4), full + "p", false},
		"NUL":                            {hash("P", 4), "P\x00P", false},
		"empty":                          {hash("correct horse", 4), "", false},
	} {
		ok, stale, err := h.Compare(t.Context(), "address", tc.hash, tc.plain)
		if ok != tc.ok || stale || err != nil {
			t.Errorf("%s: got %v, stale %v, %v", name, ok, stale, err)
		}
	}
}

func TestHashIsOfTheLiveCostAndMatches(t *testing.T) {
	t.Parallel()
	h := newHasher(t)
	hash, err := h.Hash(t.Context(), "address", "correct horse")
	if err != nil {
		t.Fatal(err)
	}
	if cost, _ := bcrypt.Cost([]byte(hash)); cost != bcrypt.MinCost {
		t.Errorf("cost %d", cost)
	}
	if ok, _, err := h.Compare(t.Context(), "address", hash, "correct horse"); !ok || err != nil {
		t.Errorf("got %v, %v", ok, err)
	}
}

func TestCheaperHashIsStaleOnlyForTheRightPassword(t *testing.T) {
	t.Parallel()
	dearer, err := password.New(bcrypt.MinCost + 1)
	if err != nil {
		t.Fatal(err)
	}
	hash, err := newHasher(t).Hash(t.Context(), "address", "correct horse")
	if err != nil {
		t.Fatal(err)
	}
	if ok, stale, err := dearer.Compare(t.Context(), "address", hash, "correct horse"); !ok || !stale || err != nil {
		t.Errorf("right: got %v, stale %v, %v", ok, stale, err)
	}
	if ok, stale, err := dearer.Compare(t.Context(), "address", hash, "wrong horse"); ok || stale || err != nil {
		t.Errorf("wrong: got %v, stale %v, %v", ok, stale, err)
	}
}

func TestUnfitPasswordIsNeverHashed(t *testing.T) {
	t.Parallel()
	h := newHasher(t)
	for _, plain := range []string{strings.Repeat("p", 73), "P\x00P"} {
		if _, err := h.Hash(t.Context(), "address", plain); !errors.Is(err, password.ErrUnfit) {
			t.Errorf("%q: got %v", plain, err)
		}
	}
}

// crowd is so many of one client, or of as many clients, who come at once and each take 250 ms inside. It returns how many were
// busy, and the longest that somebody waited.
func crowd(t *testing.T, h *password.Hasher, clients ...string) (refused int, longest time.Duration) {
	t.Helper()
	type end struct {
		waited time.Duration
		err    error
	}
	ends, begun := make(chan end, len(clients)), time.Now()
	for _, client := range clients {
		go func() {
			leave, err := h.Occupy(t.Context(), client)
			waited := time.Since(begun)
			if err == nil {
				time.Sleep(callTakes)
				leave()
			}
			ends <- end{waited, err}
		}()
	}
	for range clients {
		e := <-ends
		if e.err == nil {
			longest = max(longest, e.waited)
			continue
		}
		refused++
		if p := problem.From(e.err); p.Code != problem.Busy || p.Cause != nil || p.RetryAfter < time.Second || e.waited > 0 {
			t.Errorf("got %v after %s, retry after %s", e.err, e.waited, p.RetryAfter)
		}
	}
	return refused, longest
}

const callTakes = 250 * time.Millisecond

func strangers(n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = strconv.Itoa(i)
	}
	return all
}

// Who would have to wait longer than 2.5 s is told so at once, nobody else.
func TestLongQueueIsBusyAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHasher(t)
		h.Pace(callTakes)
		n := password.Slots()
		if refused, longest := crowd(t, h, strangers(11*n)...); refused != 0 || longest != 2500*time.Millisecond {
			t.Errorf("%d of 11 times the slots were refused, the longest waited %s", refused, longest)
		}
		if refused, longest := crowd(t, h, strangers(100*n)...); refused != 89*n || longest != 2500*time.Millisecond {
			t.Errorf("%d of 100 times the slots were refused, the longest waited %s", refused, longest)
		}
	})
}

// The queue is as long as the work is short: it learns what a call takes.
func TestQueueFollowsThePace(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHasher(t)
		h.Pace(time.Minute)
		n := password.Slots()
		if refused, _ := crowd(t, h, strangers(3*n)...); refused != 2*n {
			t.Errorf("%d of %d were refused at a minute each", refused, 3*n)
		}
		for range 100 {
			crowd(t, h, "one")
		}
		if refused, _ := crowd(t, h, strangers(10*n)...); refused != 0 {
			t.Errorf("%d were refused at a quarter of a second each", refused)
		}
	})
}

// However many logins one address sends, and although their passwords are right, others get in.
func TestOneAddressLeavesPlacesToOthers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHasher(t)
		h.Pace(callTakes)
		n := password.Slots()
		if refused, longest := crowd(t, h, slices.Repeat([]string{"greedy"}, 100*n)...); refused != 92*n-1 || longest != 2*time.Second {
			t.Errorf("%d of %d were refused, the longest waited %s", refused, 100*n, longest)
		}
		greedy := slices.Repeat([]string{"greedy"}, 100*n)
		done := make(chan struct{})
		go func() { crowd(t, h, greedy...); close(done) }()
		synctest.Wait()
		if refused, longest := crowd(t, h, strangers(2*n)...); refused != 0 || longest > 2500*time.Millisecond {
			t.Errorf("%d strangers were refused, the longest waited %s", refused, longest)
		}
		<-done
	})
}

func TestWaitingEndsWithTheContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHasher(t)
		for i := range password.Slots() {
			leave, err := h.Occupy(t.Context(), strconv.Itoa(i))
			if err != nil {
				t.Fatal(err)
			}
			defer leave()
		}
		ctx, cancel := context.WithCancel(t.Context())
		got := make(chan error)
		go func() {
			_, _, err := h.Compare(ctx, "address", "", "correct horse")
			got <- err
		}()
		synctest.Wait()
		cancel()
		if err := <-got; !problem.Is(err, problem.Busy) || !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
	})
}

func TestCommon(t *testing.T) {
	t.Parallel()
	for plain, want := range map[string]bool{
		"password": true, "PassWord": true, "iloveyou": true, "!qaz2wsx": true,
		"": false, "\n": false, "#": false, "passwor": false, "12345678\npassword": false,
		"# copyright (c) 2021 @zxcvbn-ts": false, "nine lives of a grey cat": false,
	} {
		if got := password.Common(plain); got != want {
			t.Errorf("%q: got %v", plain, got)
		}
	}
}
