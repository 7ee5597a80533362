package authn

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"crm.example/pkg/problem"
)

// ErrUnknownKey says that no key of this kid is published.
var ErrUnknownKey = errors.New("unknown kid")

// Keys are the public keys that tokens may be signed with.
type Keys interface {
	// Key finds a key by its kid. It returns ErrUnknownKey, or the problem unavailable if the keys could not be fetched.
	Key(ctx context.Context, kid string) (ed25519.PublicKey, error)
}

// JWK is an Ed25519 public key (RFC 7517, RFC 8037).
type JWK struct {
	Type      string `json:"kty"`
	Curve     string `json:"crv"`
	ID        string `json:"kid"`
	X         string `json:"x"`
	Algorithm string `json:"alg"`
	Use       string `json:"use"`
}

// JWKS is a set of them, as /.well-known/jwks.json publishes it.
type JWKS struct {
	Keys []JWK `json:"keys"`
}

// NewJWK describes a public key.
func NewJWK(kid string, key ed25519.PublicKey) JWK {
	return JWK{Type: "OKP", Curve: "Ed25519", ID: kid, X: base64.RawURLEncoding.EncodeToString(key), Algorithm: Algorithm, Use: "sig"}
}

func (k JWK) public() (ed25519.PublicKey, error) {
	x, err := base64.RawURLEncoding.DecodeString(k.X)
	if err != nil || k.Type != "OKP" || k.Curve != "Ed25519" || len(x) != ed25519.PublicKeySize {
		return nil, errors.New("not an Ed25519 key")
	}
	return x, nil
}

const (
	keySetFresh    = 5 * time.Minute  // older keys are fetched anew in the background
	keySetCooldown = 10 * time.Second // a stranger's kid causes at most one fetch in this time
	keySetTimeout  = 2 * time.Second
	keySetBytes    = 1 << 20
)

// KeySet has the keys of a JWKS document. It fetches them when one is needed, and keeps them. While the
// document cannot be fetched, known keys stay valid.
type KeySet struct {
	url    string
	client *http.Client
	flight singleflight.Group

	mu      sync.Mutex
	keys    map[string]ed25519.PublicKey
	tried   time.Time // last fetch
	fetched time.Time // last fetch that succeeded
	failure error     // of the last fetch
}

// NewKeySet makes a set of the keys under url; nothing is fetched yet.
func NewKeySet(url string, client *http.Client) *KeySet {
	return &KeySet{url: url, client: client}
}

// Key finds a key. For an unknown one it fetches the document, at most once in keySetCooldown.
func (s *KeySet) Key(ctx context.Context, kid string) (ed25519.PublicKey, error) {
	key, stale := s.known(kid)
	switch {
	case key != nil && !stale:
		return key, nil
	case key != nil:
		s.flight.DoChan("", s.fetch)
		return key, nil
	}
	select {
	case <-s.flight.DoChan("", s.fetch):
	case <-ctx.Done():
		return nil, problem.NewUnavailable(fmt.Errorf("await keys: %w", ctx.Err()))
	}
	return s.after(kid)
}

// Ready tells whether there are keys to verify with, and fetches them if not. Once there are keys, an outage of
// their source does not make the service unready.
func (s *KeySet) Ready(ctx context.Context) error {
	s.mu.Lock()
	ready := len(s.keys) > 0
	s.mu.Unlock()
	if ready {
		return nil
	}
	if _, err := s.Key(ctx, ""); !errors.Is(err, ErrUnknownKey) {
		return err
	}
	return nil
}

func (s *KeySet) known(kid string) (key ed25519.PublicKey, stale bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.keys[kid], time.Since(s.fetched) > keySetFresh && time.Since(s.tried) > keySetCooldown
}

// after returns when a fetch is over, or was not due.
func (s *KeySet) after(kid string) (ed25519.PublicKey, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch key := s.keys[kid]; {
	case key != nil:
		return key, nil
	case s.failure != nil:
		return nil, problem.NewUnavailable(s.failure)
	default:
		return nil, ErrUnknownKey
	}
}

// fetch replaces the keys unless the last fetch is too short ago; after a failure it waits only a tenth as long.
func (s *KeySet) fetch() (any, error) {
	s.mu.Lock()
	since, wait := time.Since(s.tried), keySetCooldown
	if s.failure != nil {
		wait /= 10
	}
	s.mu.Unlock()
	if since < wait {
		return nil, nil
	}
	keys, err := s.download()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tried, s.failure = time.Now(), err
	if err == nil {
		s.keys, s.fetched = keys, s.tried
	}
	return nil, nil
}

func (s *KeySet) download() (map[string]ed25519.PublicKey, error) {
	ctx, cancel := context.WithTimeout(context.Background(), keySetTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url, nil)
	if err != nil {
		return nil, fmt.Errorf("fetch keys: %w", err)
	}
	res, err := s.client.Do(req)
	if err != nil {
		return nil, fmt.Errorf("fetch keys: %w", err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("fetch keys: status %d", res.StatusCode)
	}
	return readKeys(io.LimitReader(res.Body, keySetBytes))
}

// readKeys ignores keys of other kinds, which a later version may publish beside ours.
func readKeys(r io.Reader) (map[string]ed25519.PublicKey, error) {
	var set JWKS
	if err := json.NewDecoder(r).Decode(&set); err != nil {
		return nil, fmt.Errorf("read keys: %w", err)
	}
	keys := make(map[string]ed25519.PublicKey, len(set.Keys))
	for _, k := range set.Keys {
		if key, err := k.public(); err == nil {
			keys[k.ID] = key
		}
	}
	if len(keys) == 0 {
		return nil, errors.New("read keys: none that we can use")
	}
	return keys, nil
}
