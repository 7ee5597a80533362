package httpapi_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"crm.example/pkg/problem"
	"crm.example/services/auth/internal/account"
	"crm.example/services/auth/internal/authtest"
)

// Every private route refuses every token that does not count; logout forgives only what is over.
func TestTokensThatDoNotCount(t *testing.T) {
	t.Parallel()
	s := authtest.Start(t)
	s.SignUp(t, "client@example.com")
	tokens := s.Login(t, "client@example.com", authtest.Password)
	genuine := authtest.AccessOf(t, tokens.AccessJWT)
	forger, stranger := s.Forger(t), s.Stranger(t)
	over := s.Login(t, "client@example.com", authtest.Password)
	s.Do(http.MethodDelete, "/v1/user/logout", nil, authtest.Bearer(over.AccessJWT)...).Want(t, http.StatusNoContent)

	for name, tc := range map[string]struct {
		header string
		code   problem.Code
	}{
		"none":              {"", problem.TokenMissing},
		"another scheme":    {"Basic Y2xpZW50", problem.TokenMissing},
		"raw":               {tokens.AccessJWT, problem.TokenMissing},
		"empty":             {"Bearer ", problem.TokenMissing},
		"garbled":           {"Bearer x.y.z", problem.TokenInvalid},
		"cut":               {"Bearer " + tokens.AccessJWT[:len(tokens.AccessJWT)-1], problem.TokenInvalid},
		"last char changed": {"Bearer " + otherLast(tokens.AccessJWT), problem.TokenInvalid},
		"another key":       {"Bearer " + stranger.Access(t, genuine, 0), problem.TokenInvalid},
		"alg none":          {"Bearer " + algNone(t, tokens.AccessJWT), problem.TokenInvalid},
		"HMAC by the kid":   {"Bearer " + algHMAC(t, tokens.AccessJWT), problem.TokenInvalid},
		"refresh JWT":       {"Bearer " + tokens.RefreshJWT, problem.TokenInvalid},
		"expired":           {"Bearer " + forger.Access(t, genuine, account.AccessLifetime+time.Second), problem.TokenExpired},
		"logged out":        {"Bearer " + over.AccessJWT, problem.TokenRevoked},
		"never registered":  {"Bearer " + forger.Access(t, account.AccessToken{ID: "made-up", UserID: genuine.UserID, SessionID: genuine.SessionID, Role: "agent", Name: "x"}, 0), problem.TokenRevoked},
	} {
		for _, route := range []struct{ method, path string }{
			{http.MethodGet, "/v1/user"}, {http.MethodPatch, "/v1/user"}, {http.MethodDelete, "/v1/user/logout"},
		} {
			if route.method == http.MethodDelete && (tc.code == problem.TokenExpired || tc.code == problem.TokenRevoked) {
				continue // which logout takes
			}
			var headers []string
			if tc.header != "" {
				headers = []string{"Authorization", tc.header}
			}
			res := s.Do(route.method, route.path, nil, headers...)
			res.Refused(t, tc.code)
			challenge := res.Header.Get("WWW-Authenticate")
			if !strings.HasPrefix(challenge, "Bearer") || strings.Contains(challenge, "error") == (tc.code == problem.TokenMissing) {
				t.Errorf("%s: WWW-Authenticate is %q", name, challenge)
			}
		}
	}
	s.Do(http.MethodGet, "/v1/user", nil, authtest.Bearer(forger.Access(t, genuine, -5*time.Minute))...).Refused(t, problem.Unavailable) // of a clock that is wrong
	s.Do(http.MethodGet, "/v1/user", nil, authtest.Bearer(tokens.AccessJWT)...).Want(t, http.StatusOK)
}

func TestRefreshJWTsThatDoNotCount(t *testing.T) {
	t.Parallel()
	s := authtest.Start(t)
	s.SignUp(t, "client@example.com")
	tokens := s.Login(t, "client@example.com", authtest.Password)
	access := authtest.AccessOf(t, tokens.AccessJWT)
	genuine := account.RefreshToken{ID: "jti", UserID: access.UserID, SessionID: access.SessionID}
	lost := genuine
	lost.SessionID = "0197f0c4-6a10-7c3b-8e52-91d4a7b06e2f"
	anothers := genuine
	anothers.UserID = "0197f0c4-6a10-7c3b-8e52-91d4a7b06e2f"
	for name, token := range map[string]string{
		"garbled": "x.y.z", "access JWT": tokens.AccessJWT, "last char changed": otherLast(tokens.RefreshJWT),
		"another key": s.Stranger(t).Refresh(t, genuine, 0), "alg none": algNone(t, tokens.RefreshJWT),
		"expired":         s.Forger(t).Refresh(t, genuine, account.SessionLifetime+time.Second),
		"unknown session": s.Forger(t).Refresh(t, lost, 0), "another's session": s.Forger(t).Refresh(t, anothers, 0),
	} {
		if p := s.Refresh(token).Refused(t, problem.RefreshInvalid); strings.Contains(p.Detail, "sqlite") {
			t.Errorf("%s: %+v", name, p)
		}
	}
	s.Refresh(tokens.RefreshJWT).Want(t, http.StatusOK)
}

func TestClaims(t *testing.T) {
	t.Parallel()
	s := authtest.Start(t)
	user := s.SignUp(t, "client@example.com")
	tokens := s.Login(t, "client@example.com", authtest.Password)
	if tokens.TokenType != "Bearer" || tokens.ExpiresIn != 900 || tokens.User != user {
		t.Errorf("got %+v", tokens)
	}
	for token, want := range map[string]map[string]any{
		tokens.AccessJWT:  {"iss": "https://crm.example", "sub": user.ID, "gen": 0.0, "role": "client", "name": "Client One"},
		tokens.RefreshJWT: {"iss": "https://crm.example", "sub": user.ID, "gen": 0.0, "role": nil, "name": nil, "email": nil},
	} {
		claims := authtest.Read(t, token)
		for name, value := range want {
			if claims[name] != value {
				t.Errorf("%s is %v, want %v", name, claims[name], value)
			}
		}
	}
}

// otherLast has another last character, which stands for the same bytes in lax base64.
func otherLast(token string) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	last := strings.IndexByte(alphabet, token[len(token)-1])
	return token[:len(token)-1] + alphabet[last^1:last^1+1]
}

func algNone(t *testing.T, token string) string {
	t.Helper()
	return segment(t, map[string]string{"alg": "none", "typ": typOf(t, token)}) + "." + strings.Split(token, ".")[1] + "."
}

// algHMAC signs with what an attacker knows: the public kid as a shared secret.
func algHMAC(t *testing.T, token string) string {
	t.Helper()
	head := headOf(t, token)
	head["alg"] = "HS256"
	body := segment(t, head) + "." + strings.Split(token, ".")[1]
	signature, err := jwt.SigningMethodHS256.Sign(body, []byte(head["kid"]))
	if err != nil {
		t.Fatal(err)
	}
	return body + "." + base64.RawURLEncoding.EncodeToString(signature)
}

func headOf(t *testing.T, token string) (head map[string]string) {
	t.Helper()
	raw, err := base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[0])
	if err == nil {
		err = json.Unmarshal(raw, &head)
	}
	if err != nil {
		t.Fatal(err)
	}
	return head
}

func typOf(t *testing.T, token string) string { return headOf(t, token)["typ"] }

func segment(t *testing.T, v any) string {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return base64.RawURLEncoding.EncodeToString(raw)
}
