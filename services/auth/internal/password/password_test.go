package password_test

import (
	"context"
	"errors"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

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

func TestFullQueueIsBusyAtOnce(t *testing.T) {
	t.Parallel()
	h := newHasher(t)
	slots := password.Slots()
	var leave []func()
	for i := range slots {
		out, err := h.Occupy(t.Context(), strconv.Itoa(i))
		if err != nil {
			t.Fatal(err)
		}
		leave = append(leave, out)
	}
	waited := make(chan error)
	for i := range 4 * slots {
		go func() {
			_, err := h.Hash(t.Context(), strconv.Itoa(slots+i), "correct horse")
			waited <- err
		}()
	}
	var err error
	for range 1_000_000 { // until everybody has queued up, an ended context gets the busy of the wait
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err = h.Hash(ended, "address", "correct horse"); problem.From(err).Cause == nil {
			break
		}
		runtime.Gosched()
	}
	if p := problem.From(err); p.Code != problem.Busy || p.Cause != nil || p.RetryAfter <= 0 {
		t.Errorf("one too many: got %v, retry after %s", err, p.RetryAfter)
	}
	for _, out := range leave {
		out()
	}
	for range 4 * slots {
		if err := <-waited; err != nil {
			t.Errorf("one who waited: %v", err)
		}
	}
}

// However many logins one address sends, and although their passwords are right, others get in.
func TestOneAddressLeavesPlacesToOthers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHasher(t)
		held := (5*password.Slots() + 1) / 2
		done, refused := make(chan struct{}), make(chan error, 100)
		var wg sync.WaitGroup
		for range 100 {
			wg.Go(func() {
				leave, err := h.Occupy(t.Context(), "greedy")
				if err != nil {
					refused <- err
					return
				}
				<-done
				leave()
			})
		}
		synctest.Wait()
		if got := len(refused); got != 100-held {
			t.Errorf("%d refused of 100, want all but %d", got, held)
		}
		if p := problem.From(<-refused); p.Code != problem.Busy || p.Cause != nil || p.RetryAfter <= 0 {
			t.Errorf("got %v, retry after %s", p, p.RetryAfter)
		}
		for i := range 5*password.Slots() - held {
			wg.Go(func() {
				if ok, _, err := h.Compare(t.Context(), strconv.Itoa(i), "", "correct horse"); ok || err != nil {
					t.Errorf("a stranger: %v, %v", ok, err)
				}
			})
		}
		synctest.Wait()
		close(done)
		wg.Wait()
		if _, err := h.Hash(t.Context(), "greedy", "correct horse"); err != nil {
			t.Errorf("afterwards: %v", err)
		}
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
