package signing_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"crm.example/pkg/authn"
	"crm.example/pkg/problem"
	"crm.example/services/auth/internal/account"
	"crm.example/services/auth/internal/signing"
)

const propagation = 15 * time.Minute

// shelf is a store of keys in memory.
type shelf struct {
	mu   sync.Mutex
	keys []account.Key
}

func (s *shelf) Keys(context.Context) ([]account.Key, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.SortedFunc(slices.Values(s.keys), func(a, b account.Key) int { return a.CreatedAt.Compare(b.CreatedAt) }), nil
}

func (s *shelf) AddKey(_ context.Context, k account.Key) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !slices.ContainsFunc(s.keys, func(other account.Key) bool { return other.ID == k.ID }) {
		s.keys = append(s.keys, k)
	}
	return nil
}

func (s *shelf) RemoveKey(_ context.Context, id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.keys = slices.DeleteFunc(s.keys, func(k account.Key) bool { return k.ID == id })
	return nil
}

// clock begins now, since verifiers look at the real one, and is moved by hand.
type clock struct {
	mu    sync.Mutex
	moved time.Duration
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.moved)
}

func (c *clock) move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.moved += d
}

var secret = bytes.Repeat([]byte{7}, 32)

func options(keys account.Keys, now func() time.Time) signing.Options {
	var mu sync.Mutex
	n := 0
	return signing.Options{
		Keys: keys, Secret: secret, Issuer: "https://crm.example", Audience: "crm", Propagation: propagation, Now: now,
		NewID: func() string { mu.Lock(); defer mu.Unlock(); n++; return strconv.Itoa(n) },
	}
}

func open(t *testing.T, o signing.Options) *signing.Ring {
	t.Helper()
	ring, err := signing.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return ring
}

func access(t *testing.T, ring *signing.Ring) string {
	t.Helper()
	now := time.Now()
	token, err := ring.Access(t.Context(), account.AccessToken{
		ID: "jti", UserID: "user", SessionID: "session", Generation: 3, Role: account.RoleAgent, Name: "Agent One",
		IssuedAt: now, ExpiresAt: now.Add(authn.AccessLifetime),
	})
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func kids(ring *signing.Ring) (ids []string) {
	set, _ := ring.JWKS()
	for _, k := range set.Keys {
		ids = append(ids, k.ID)
	}
	return ids
}

func TestTokensVerifyAsWhatTheyAre(t *testing.T) {
	t.Parallel()
	ring := open(t, options(&shelf{}, time.Now))
	verifier := authn.NewVerifier(ring, "https://crm.example", "crm")
	claims, err := verifier.Access(t.Context(), access(t, ring))
	if err != nil {
		t.Fatal(err)
	}
	if claims.ID != "jti" || claims.Subject != "user" || claims.SessionID != "session" || claims.Generation != 3 ||
		claims.Role != "agent" || claims.Name != "Agent One" {
		t.Errorf("got %+v", claims)
	}
	now := time.Now()
	refresh, err := ring.Refresh(t.Context(), account.RefreshToken{
		ID: "jti", UserID: "user", SessionID: "session", Generation: 3, IssuedAt: now, ExpiresAt: now.Add(authn.RefreshLifetime),
	})
	if err != nil {
		t.Fatal(err)
	}
	if claims, err := verifier.Refresh(t.Context(), refresh); err != nil || claims.Generation != 3 || claims.Role != "" {
		t.Errorf("refresh: got %+v, %v", claims, err)
	}
	if _, err := verifier.Access(t.Context(), refresh); err == nil {
		t.Error("a refresh JWT is taken as an access JWT")
	}
}

// emptyAtFirst lets every replica find the store empty before any of them adds a key.
type emptyAtFirst struct {
	*shelf
	once    *sync.Once
	looking *sync.WaitGroup
}

func (e emptyAtFirst) Keys(ctx context.Context) (keys []account.Key, err error) {
	keys, err = e.shelf.Keys(ctx)
	e.once.Do(func() { e.looking.Done(); e.looking.Wait() })
	return keys, err
}

func TestReplicasThatStartAtOnceShareOneKey(t *testing.T) {
	t.Parallel()
	keys, looking := &shelf{}, &sync.WaitGroup{}
	rings := make([]*signing.Ring, 8)
	looking.Add(len(rings))
	var wg sync.WaitGroup
	for i := range rings {
		wg.Go(func() {
			rings[i], _ = signing.Open(context.Background(), options(emptyAtFirst{keys, &sync.Once{}, looking}, time.Now))
		})
	}
	wg.Wait()
	for _, ring := range rings {
		if got := kids(ring); len(got) != 1 || got[0] != kids(rings[0])[0] {
			t.Errorf("got %v, the first has %v", got, kids(rings[0]))
		}
	}
}

// One key is followed through its life: published, signing, published for others, kept for refreshes, gone.
func TestRotation(t *testing.T) {
	t.Parallel()
	var c clock
	keys := &shelf{}
	ring, replica := open(t, options(keys, c.now)), open(t, options(keys, c.now))
	old := kids(ring)[0]
	if err := ring.Rotate(t.Context()); err != nil {
		t.Fatal(err)
	}
	next := kids(ring)[1]
	if err := replica.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		move              time.Duration
		signer, published string
		kept              int
	}{
		{0, old, old + next, 2},
		{propagation - time.Second, old, old + next, 2},
		{2 * time.Second, next, old + next, 2},
		{authn.AccessLifetime, next, old + next, 2},
		{time.Minute, next, next, 2},
		{authn.RefreshLifetime - authn.AccessLifetime - 2*time.Second, next, next, 2},
		{4 * time.Second, next, next, 1},
	} {
		c.move(step.move)
		for _, r := range []*signing.Ring{ring, replica} {
			if err := r.RemoveExpired(t.Context()); err != nil {
				t.Fatal(err)
			}
			if got := kidOf(t, access(t, r)); got != step.signer {
				t.Errorf("%s later: signed by %s", c.moved, got)
			}
			if got := strings.Join(kids(r), ""); got != step.published {
				t.Errorf("%s later: published %s", c.moved, got)
			}
		}
		if got := len(keys.keys); got != step.kept {
			t.Errorf("%s later: %d keys in the store", c.moved, got)
		}
	}
	if _, err := ring.Key(t.Context(), old); !errors.Is(err, authn.ErrUnknownKey) {
		t.Errorf("key of long ago: got %v", err)
	}
}

func kidOf(t *testing.T, token string) string {
	t.Helper()
	header, err := base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[0])
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(header), `"kid":"`)
	kid, _, _ := strings.Cut(rest, `"`)
	return kid
}

func TestUnknownKeyIsLookedUpInTheStore(t *testing.T) {
	t.Parallel()
	keys := &shelf{}
	ring, replica := open(t, options(keys, time.Now)), open(t, options(keys, time.Now))
	if err := replica.Rotate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := ring.Key(t.Context(), kids(replica)[1]); err != nil {
		t.Error(err)
	}
	if _, err := ring.Key(t.Context(), "nobody's"); !errors.Is(err, authn.ErrUnknownKey) {
		t.Errorf("got %v", err)
	}
}

// outage is a shelf that one cannot look at, until the context ends, while it is down.
type outage struct {
	*shelf
	down  atomic.Bool
	looks atomic.Int32
}

func (o *outage) Keys(ctx context.Context) ([]account.Key, error) {
	o.looks.Add(1)
	if o.down.Load() {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	return o.shelf.Keys(ctx)
}

// A refresh JWT of a key that this replica has not seen is not refused for good because the store is away: not by
// the first look, nor within the cooldown after it, nor because whoever began the look has left.
func TestUnknownKeyInAnOutage(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		keys := &shelf{}
		away := &outage{shelf: keys}
		ring, replica := open(t, options(away, time.Now)), open(t, options(keys, time.Now))
		if err := replica.Rotate(t.Context()); err != nil {
			t.Fatal(err)
		}
		kid := kids(replica)[1]
		away.down.Store(true)
		away.looks.Store(0)
		gone, leave := context.WithTimeout(t.Context(), 10*time.Millisecond)
		defer leave()
		begun := time.Now()
		if _, err := ring.Key(gone, kid); !problem.Is(err, problem.Unavailable) || time.Since(begun) != 10*time.Millisecond {
			t.Errorf("one who leaves: got %v after %s", err, time.Since(begun))
		}
		for range 3 {
			if _, err := ring.Key(t.Context(), kid); !problem.Is(err, problem.Unavailable) {
				t.Errorf("got %v", err)
			}
		}
		if got := away.looks.Load(); got != 1 {
			t.Errorf("%d looks", got)
		}
		away.down.Store(false)
		time.Sleep(time.Second)
		if _, err := ring.Key(t.Context(), kid); err != nil {
			t.Error(err)
		}
	})
}

func TestOtherSecretStopsTheStart(t *testing.T) {
	t.Parallel()
	keys := &shelf{}
	open(t, options(keys, time.Now))
	if bytes.Contains(keys.keys[0].Data, secret) || len(keys.keys[0].Data) != 12+ed25519.SeedSize+16 {
		t.Errorf("stored as %x", keys.keys[0].Data)
	}
	o := options(keys, time.Now)
	o.Secret = bytes.Repeat([]byte{8}, 32)
	if _, err := signing.Open(t.Context(), o); !errors.Is(err, signing.ErrWrongSecret) {
		t.Errorf("got %v", err)
	}
}

func TestKeyPassedOffAsAnotherIsRefused(t *testing.T) {
	t.Parallel()
	keys := &shelf{}
	open(t, options(keys, time.Now))
	keys.keys[0].ID = "ed25519-1"
	if _, err := signing.Open(t.Context(), options(keys, time.Now)); !errors.Is(err, signing.ErrWrongSecret) {
		t.Errorf("got %v", err)
	}
}

// The vector of RFC 8037, appendix A.3.
func TestThumbprint(t *testing.T) {
	t.Parallel()
	public, err := base64.RawURLEncoding.DecodeString("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")
	if err != nil {
		t.Fatal(err)
	}
	if got := signing.Thumbprint(public); got != "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k" {
		t.Errorf("got %s", got)
	}
}

func TestPINsAreBoundToUserAndSecret(t *testing.T) {
	t.Parallel()
	pins, err := signing.NewPINs(secret)
	if err != nil {
		t.Fatal(err)
	}
	others, err := signing.NewPINs(bytes.Repeat([]byte{8}, 32))
	if err != nil {
		t.Fatal(err)
	}
	mac := pins.HMAC("user", "12345678")
	if !bytes.Equal(mac, pins.HMAC("user", "12345678")) {
		t.Error("not repeatable")
	}
	for name, other := range map[string][]byte{
		"user": pins.HMAC("other", "12345678"), "PIN": pins.HMAC("user", "12345679"), "secret": others.HMAC("user", "12345678"),
		"seam": pins.HMAC("user1", "2345678"),
	} {
		if bytes.Equal(mac, other) {
			t.Errorf("another %s gives the same", name)
		}
	}
}
