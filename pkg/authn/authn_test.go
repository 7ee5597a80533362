package authn_test

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"crm.example/pkg/authn"
	"crm.example/pkg/problem"
)

const (
	issuer   = "https://crm.example"
	audience = "crm"
)

// keyring are the keys of a test, straight from memory.
type keyring map[string]ed25519.PublicKey

func (k keyring) Key(_ context.Context, kid string) (ed25519.PublicKey, error) {
	if key, ok := k[kid]; ok {
		return key, nil
	}
	return nil, authn.ErrUnknownKey
}

func newKey(t testing.TB) (ed25519.PublicKey, ed25519.PrivateKey) {
	t.Helper()
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	return public, private
}

func claims() authn.Claims {
	now := time.Now()
	return authn.Claims{
		RegisteredClaims: jwt.RegisteredClaims{Issuer: issuer, Subject: "user", Audience: jwt.ClaimStrings{audience}, ID: "jti",
			IssuedAt: jwt.NewNumericDate(now), ExpiresAt: jwt.NewNumericDate(now.Add(authn.AccessLifetime))},
		SessionID: "session", Generation: 3, Role: authn.RoleClient, Name: "Client One",
	}
}

type change struct {
	claims func(*authn.Claims)
	header map[string]any
	method jwt.SigningMethod
	key    any
	text   func(string) string
}

func sign(t testing.TB, private ed25519.PrivateKey, c change) string {
	t.Helper()
	body := claims()
	if c.claims != nil {
		c.claims(&body)
	}
	method, key := jwt.SigningMethod(jwt.SigningMethodEdDSA), any(private)
	if c.method != nil {
		method, key = c.method, c.key
	}
	token := jwt.NewWithClaims(method, body)
	token.Header["typ"], token.Header["kid"] = authn.TypeAccess, "one"
	for name, value := range c.header {
		token.Header[name] = value
	}
	text, err := token.SignedString(key)
	if err != nil {
		t.Fatal(err)
	}
	if c.text != nil {
		text = c.text(text)
	}
	return text
}

func TestAccess(t *testing.T) {
	t.Parallel()
	public, private := newKey(t)
	_, stranger := newKey(t)
	v := authn.NewVerifier(keyring{"one": public}, issuer, audience)
	at := func(d time.Duration) *jwt.NumericDate { return jwt.NewNumericDate(time.Now().Add(d)) }
	tests := map[string]struct {
		change
		want problem.Code
	}{
		"genuine":                {change{}, ""},
		"no exp":                 {change{claims: func(c *authn.Claims) { c.ExpiresAt = nil }}, problem.TokenInvalid},
		"no iat":                 {change{claims: func(c *authn.Claims) { c.IssuedAt = nil }}, problem.TokenInvalid},
		"issued 6 s ahead":       {change{claims: issued(6 * time.Second)}, ""},
		"issued a minute ahead":  {change{claims: issued(time.Minute)}, ""},
		"issued 2 min ahead":     {change{claims: issued(2 * time.Minute)}, problem.Unavailable},
		"issued an hour ahead":   {change{claims: issued(time.Hour)}, problem.Unavailable},
		"issued 14 min ago":      {change{claims: issued(-14 * time.Minute)}, ""},
		"nbf a minute ahead":     {change{claims: func(c *authn.Claims) { c.NotBefore = at(time.Minute) }}, ""},
		"nbf 2 min ahead":        {change{claims: func(c *authn.Claims) { c.NotBefore = at(2 * time.Minute) }}, problem.Unavailable},
		"ahead, other audience":  {change{claims: func(c *authn.Claims) { issued(time.Hour)(c); c.Audience = jwt.ClaimStrings{"other"} }}, problem.TokenInvalid},
		"ahead, no role":         {change{claims: func(c *authn.Claims) { issued(time.Hour)(c); c.Role = "" }}, problem.TokenInvalid},
		"ahead, too long a life": {change{claims: func(c *authn.Claims) { issued(time.Hour)(c); c.ExpiresAt = at(2 * time.Hour) }}, problem.TokenInvalid},
		"expired":                {change{claims: func(c *authn.Claims) { c.IssuedAt, c.ExpiresAt = at(-16*time.Minute), at(-time.Minute) }}, problem.TokenExpired},
		"too long a life":        {change{claims: func(c *authn.Claims) { c.ExpiresAt = at(16 * time.Minute) }}, problem.TokenInvalid},
		"other issuer":           {change{claims: func(c *authn.Claims) { c.Issuer = "https://other.example" }}, problem.TokenInvalid},
		"other audience":         {change{claims: func(c *authn.Claims) { c.Audience = jwt.ClaimStrings{"other"} }}, problem.TokenInvalid},
		"no subject":             {change{claims: func(c *authn.Claims) { c.Subject = "" }}, problem.TokenInvalid},
		"no session":             {change{claims: func(c *authn.Claims) { c.SessionID = "" }}, problem.TokenInvalid},
		"no jti":                 {change{claims: func(c *authn.Claims) { c.ID = "" }}, problem.TokenInvalid},
		"no role":                {change{claims: func(c *authn.Claims) { c.Role = "" }}, problem.TokenInvalid},
		"refresh as access":      {change{header: map[string]any{"typ": authn.TypeRefresh}}, problem.TokenInvalid},
		"plain typ":              {change{header: map[string]any{"typ": "JWT"}}, problem.TokenInvalid},
		"crit":                   {change{header: map[string]any{"crit": []string{"exp"}}}, problem.TokenInvalid},
		"unknown kid":            {change{header: map[string]any{"kid": "two"}}, problem.TokenInvalid},
		"no kid":                 {change{header: map[string]any{"kid": nil}}, problem.TokenInvalid},
		"alg none":               {change{method: jwt.SigningMethodNone, key: jwt.UnsafeAllowNoneSignatureType}, problem.TokenInvalid},
		"key as HMAC secret":     {change{method: jwt.SigningMethodHS256, key: []byte(public)}, problem.TokenInvalid},
		"other key":              {change{method: jwt.SigningMethodEdDSA, key: stranger}, problem.TokenInvalid},
		"changed last letter":    {change{text: func(s string) string { return s[:len(s)-1] + nextLetter(s[len(s)-1]) }}, problem.TokenInvalid},
		"padded":                 {change{text: func(s string) string { return s + "==" }}, problem.TokenInvalid},
		"cut":                    {change{text: func(s string) string { return s[:len(s)-3] }}, problem.TokenInvalid},
		"without signature":      {change{text: func(s string) string { return s[:strings.LastIndex(s, ".")+1] }}, problem.TokenInvalid},
		"claims of another":      {change{text: swapClaims}, problem.TokenInvalid},
		"not a token":            {change{text: func(string) string { return "garbage" }}, problem.TokenInvalid},
		"with a line at its end": {change{text: func(s string) string { return s + "\n" }}, problem.TokenInvalid},
	}
	for name, test := range tests {
		token := sign(t, private, test.change)
		for _, attempt := range []string{"first", "cached"} {
			got, err := v.Access(t.Context(), token)
			switch {
			case test.want == "" && (err != nil || got.Subject != "user" || got.Generation != 3):
				t.Errorf("%s, %s: %+v, %v", name, attempt, got, err)
			case test.want != "" && !problem.Is(err, test.want):
				t.Errorf("%s, %s: %v, want %s", name, attempt, err, test.want)
			}
		}
	}
}

// issued moves a token's whole life, as a clock of the issuer that is ahead of ours does, or one that was until a moment ago.
func issued(ahead time.Duration) func(*authn.Claims) {
	return func(c *authn.Claims) {
		c.IssuedAt, c.ExpiresAt = jwt.NewNumericDate(c.IssuedAt.Add(ahead)), jwt.NewNumericDate(c.ExpiresAt.Add(ahead))
	}
}

// nextLetter is the letter after c in base64url: for the last one of a signature it only changes bits
// that a lax decoder ignores.
func nextLetter(c byte) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	return string(alphabet[(strings.IndexByte(alphabet, c)+1)%len(alphabet)])
}

func swapClaims(token string) string {
	parts := strings.Split(token, ".")
	parts[1] = base64.RawURLEncoding.EncodeToString([]byte(`{"iss":"` + issuer + `","aud":"crm","sub":"admin","sid":"s","jti":"j","role":"agent","iat":1,"exp":2}`))
	return strings.Join(parts, ".")
}

func TestEverySpellingOfTheLastLetterButOneIsRefused(t *testing.T) {
	t.Parallel()
	public, private := newKey(t)
	v := authn.NewVerifier(keyring{"one": public}, issuer, audience)
	token := sign(t, private, change{})
	taken := 0
	for _, letter := range "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_" {
		if _, err := v.Access(t.Context(), token[:len(token)-1]+string(letter)); err == nil {
			taken++
		}
	}
	if taken != 1 {
		t.Errorf("%d spellings of the token are taken, want 1", taken)
	}
}

func TestAccessEvenExpired(t *testing.T) {
	t.Parallel()
	public, private := newKey(t)
	v := authn.NewVerifier(keyring{"one": public}, issuer, audience)
	past := func(c *authn.Claims) {
		c.IssuedAt, c.ExpiresAt = jwt.NewNumericDate(time.Now().Add(-48*time.Hour)), jwt.NewNumericDate(time.Now().Add(-47*time.Hour-50*time.Minute))
	}
	if _, err := v.AccessEvenExpired(t.Context(), sign(t, private, change{claims: past})); err != nil {
		t.Errorf("an expired token: %v", err)
	}
	if _, err := v.AccessEvenExpired(t.Context(), sign(t, private, change{claims: issued(time.Hour)})); err != nil {
		t.Errorf("a token of a clock that was ahead: %v", err)
	}
	for name, c := range map[string]change{
		"other audience": {claims: func(c *authn.Claims) { past(c); c.Audience = nil }},
		"other issuer":   {claims: func(c *authn.Claims) { past(c); c.Issuer = "x" }},
		"refresh":        {claims: past, header: map[string]any{"typ": authn.TypeRefresh}},
	} {
		if _, err := v.AccessEvenExpired(t.Context(), sign(t, private, c)); !problem.Is(err, problem.TokenInvalid) {
			t.Errorf("%s: %v, want token-invalid", name, err)
		}
	}
}

func TestRefreshTakesNoAccessToken(t *testing.T) {
	t.Parallel()
	public, private := newKey(t)
	v := authn.NewVerifier(keyring{"one": public}, issuer, audience)
	month := func(c *authn.Claims) { c.ExpiresAt = jwt.NewNumericDate(c.IssuedAt.Add(authn.RefreshLifetime)) }
	if _, err := v.Refresh(t.Context(), sign(t, private, change{claims: month, header: map[string]any{"typ": authn.TypeRefresh}})); err != nil {
		t.Errorf("a refresh JWT: %v", err)
	}
	if _, err := v.Refresh(t.Context(), sign(t, private, change{})); !problem.Is(err, problem.RefreshInvalid) {
		t.Errorf("an access JWT: %v, want refresh-invalid", err)
	}
	for ahead, code := range map[time.Duration]problem.Code{time.Minute: "", 2 * time.Minute: problem.Unavailable, time.Hour: problem.Unavailable} {
		token := sign(t, private, change{claims: func(c *authn.Claims) { month(c); issued(ahead)(c) }, header: map[string]any{"typ": authn.TypeRefresh}})
		if _, err := v.Refresh(t.Context(), token); code == "" && err != nil || code != "" && !problem.Is(err, code) {
			t.Errorf("a refresh JWT issued %s ahead: %v, want %q", ahead, err, code)
		}
	}
}

// Right after a token was issued the clock is set to another time: forth, or back, as a server does that learns what time it is.
func TestClockThatWasWrong(t *testing.T) {
	t.Parallel()
	public, private := newKey(t)
	clock := time.Now().Truncate(time.Second)
	v := authn.NewVerifier(keyring{"one": public}, issuer, audience)
	v.SetClock(func() time.Time { return clock })
	token := sign(t, private, change{claims: func(c *authn.Claims) {
		c.IssuedAt, c.ExpiresAt = jwt.NewNumericDate(clock), jwt.NewNumericDate(clock.Add(authn.AccessLifetime))
	}})
	remembered := func() (authn.Claims, error) { return v.Access(t.Context(), token) }
	if _, err := remembered(); err != nil {
		t.Fatal(err)
	}
	fresh := func() (authn.Claims, error) {
		v := authn.NewVerifier(keyring{"one": public}, issuer, audience)
		v.SetClock(func() time.Time { return clock })
		return v.Access(t.Context(), token)
	}
	right := clock
	for _, set := range []struct {
		by    time.Duration
		want  problem.Code
		retry time.Duration
	}{
		{10 * time.Minute, "", 0},
		{-10 * time.Second, "", 0},
		{-time.Minute, "", 0},
		{-2 * time.Minute, problem.Unavailable, time.Minute},
		{-time.Hour, problem.Unavailable, time.Minute},
		{-90 * time.Second, problem.Unavailable, 30 * time.Second},
		{0, "", 0},
		{15 * time.Minute, problem.TokenExpired, 0},
	} {
		clock = right.Add(set.by)
		for name, access := range map[string]func() (authn.Claims, error){"fresh": fresh, "remembered": remembered} {
			_, err := access()
			if set.want == "" && err != nil || set.want != "" && (!problem.Is(err, set.want) || problem.From(err).RetryAfter != set.retry) {
				t.Errorf("%s, clock set by %s: %v, want %q", name, set.by, err, set.want)
			}
		}
	}
}

// issuerServer publishes a JWKS and counts how often it is fetched.
type issuerServer struct {
	*httptest.Server
	fetched atomic.Int64
	down    atomic.Bool
	keys    atomic.Pointer[authn.JWKS]
}

func newIssuer(t *testing.T, keys ...authn.JWK) *issuerServer {
	s := &issuerServer{}
	s.keys.Store(&authn.JWKS{Keys: keys})
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		s.fetched.Add(1)
		if s.down.Load() {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		_ = json.NewEncoder(w).Encode(s.keys.Load())
	}))
	t.Cleanup(s.Close)
	return s
}

func TestKeySetFetchesOnceForManyStrangers(t *testing.T) {
	t.Parallel()
	public, _ := newKey(t)
	server := newIssuer(t, authn.JWK{Type: "RSA", ID: "other"}, authn.NewJWK("one", public))
	set := authn.NewKeySet(server.URL, server.Client())
	if err := set.Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	var wait sync.WaitGroup
	for range 50 {
		wait.Go(func() {
			if _, err := set.Key(t.Context(), "stranger"); err != authn.ErrUnknownKey {
				t.Errorf("an unknown kid: %v", err)
			}
		})
	}
	wait.Wait()
	if key, err := set.Key(t.Context(), "one"); err != nil || !key.Equal(public) {
		t.Errorf("the known kid: %v", err)
	}
	if n := server.fetched.Load(); n != 1 {
		t.Errorf("%d fetches, want 1", n)
	}
}

func TestKeysStayWhenTheirSourceIsAway(t *testing.T) {
	t.Parallel()
	public, _ := newKey(t)
	server := newIssuer(t, authn.NewJWK("one", public))
	set := authn.NewKeySet(server.URL, server.Client())
	server.down.Store(true)
	if err := set.Ready(t.Context()); !problem.Is(err, problem.Unavailable) {
		t.Errorf("ready without keys: %v", err)
	}
	server.down.Store(false)
	for set.Ready(t.Context()) != nil { // until the next try is due
	}
	server.down.Store(true)
	if err := set.Ready(t.Context()); err != nil {
		t.Errorf("not ready with keys: %v", err)
	}
	if _, err := set.Key(t.Context(), "one"); err != nil {
		t.Errorf("a known key: %v", err)
	}
}

func TestOutageOfTheIssuerIsNoVerdictOnTokens(t *testing.T) {
	t.Parallel()
	public, private := newKey(t)
	server := newIssuer(t, authn.NewJWK("one", public))
	server.down.Store(true)
	v := authn.NewVerifier(authn.NewKeySet(server.URL, server.Client()), issuer, audience)
	if _, err := v.Access(t.Context(), sign(t, private, change{})); !problem.Is(err, problem.Unavailable) {
		t.Errorf("without keys: %v, want unavailable", err)
	}
}

// FuzzAccess: no text but the genuine token is taken.
func FuzzAccess(f *testing.F) {
	public, private := newKey(f)
	v := authn.NewVerifier(keyring{"one": public}, issuer, audience)
	genuine := sign(f, private, change{})
	f.Add(genuine)
	f.Add(genuine + ".")
	f.Add("eyJhbGciOiJub25lIn0.e30.")
	f.Fuzz(func(t *testing.T, token string) {
		if _, err := v.Access(t.Context(), token); err == nil && token != genuine {
			t.Fatalf("%q is taken", token)
		} else if err != nil && !problem.Is(err, problem.TokenInvalid) && !problem.Is(err, problem.TokenExpired) {
			t.Fatalf("%q: %v", token, err)
		}
		if _, err := v.AccessEvenExpired(t.Context(), token); err == nil && token != genuine {
			t.Fatalf("%q is taken for logout", token)
		}
		if _, err := v.Refresh(t.Context(), token); err == nil {
			t.Fatalf("%q is taken as refresh JWT", token)
		}
	})
}
