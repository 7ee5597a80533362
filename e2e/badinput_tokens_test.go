package e2e_test

import (
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"crm.example/e2e/crm"
)

// jwt is a token taken apart.
type jwt struct {
	header, claims map[string]any
	parts          []string
}

func takeApart(t *testing.T, token string) jwt {
	t.Helper()
	j := jwt{parts: strings.Split(token, ".")}
	for i, into := range []*map[string]any{&j.header, &j.claims} {
		raw, err := base64.RawURLEncoding.DecodeString(j.parts[i])
		if err != nil || json.Unmarshal(raw, into) != nil {
			t.Fatalf("not a JWT: %s", token)
		}
	}
	return j
}

// forge signs the token anew with changes in its header and claims.
func (j jwt) forge(header, claims map[string]any, sign func(text string) []byte) string {
	text := segment(with(j.header, header)) + "." + segment(with(j.claims, claims))
	return text + "." + base64.RawURLEncoding.EncodeToString(sign(text))
}

func segment(members crm.Fields) string {
	text, err := json.Marshal(members)
	if err != nil {
		panic(err) // not for what came out of JSON
	}
	return base64.RawURLEncoding.EncodeToString(text)
}

func ownKey() func(string) []byte {
	_, key, _ := ed25519.GenerateKey(nil) // never fails
	return func(text string) []byte { return ed25519.Sign(key, []byte(text)) }
}

// publicKeyAsSecret is the classic: HS256 with what everybody can read.
func publicKeyAsSecret(t *testing.T) func(string) []byte {
	t.Helper()
	set := crm.Read[struct{ Keys []struct{ X string } }](stranger(t).Get("/.well-known/jwks.json").Want(http.StatusOK))
	secret, err := base64.RawURLEncoding.DecodeString(set.Keys[0].X)
	if err != nil {
		t.Fatal(err)
	}
	return func(text string) []byte {
		mac := hmac.New(sha256.New, secret)
		mac.Write([]byte(text))
		return mac.Sum(nil)
	}
}

// otherEnding is the same signature to a decoder that does not look at the bits left over.
func otherEnding(token string) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	last := strings.IndexByte(alphabet, token[len(token)-1])
	return token[:len(token)-1] + string(alphabet[last^1])
}

// badTokens are Authorization headers, and the codes that they get on every private route.
func badTokens(t *testing.T, s scene) map[string][2]string {
	t.Helper()
	token := s.client.Tokens.AccessJWT
	j, own := takeApart(t, token), ownKey()
	nothing := func(string) []byte { return nil }
	gone := stranger(t).LogIn(s.client.User.Email, crm.Password)
	gone.Delete("/v1/user/logout").Want(http.StatusNoContent)
	past := time.Now().Add(-time.Hour).Unix()
	return map[string][2]string{
		"raw token":               {token, "token-missing"},
		"empty":                   {"Bearer ", "token-missing"},
		"other scheme":            {"Basic " + token, "token-missing"},
		"garbled":                 {"Bearer garbage", "token-invalid"},
		"two parts":               {"Bearer " + strings.Join(j.parts[:2], "."), "token-invalid"},
		"no signature":            {"Bearer " + strings.Join(j.parts[:2], ".") + ".", "token-invalid"},
		"four parts":              {"Bearer " + token + ".AAAA", "token-invalid"},
		"padded":                  {"Bearer " + token + "=", "token-invalid"},
		"token twice":             {"Bearer " + token + " " + token, "token-invalid"},
		"last character changed":  {"Bearer " + otherEnding(token), "token-invalid"},
		"claims changed":          {"Bearer " + j.parts[0] + "." + segment(with(j.claims, crm.Fields{"role": "agent"})) + "." + j.parts[2], "token-invalid"},
		"of another key":          {"Bearer " + j.forge(nil, nil, own), "token-invalid"},
		"of an unknown key":       {"Bearer " + j.forge(crm.Fields{"kid": "unknown"}, nil, own), "token-invalid"},
		"kid is a path":           {"Bearer " + j.forge(crm.Fields{"kid": "../../etc/passwd"}, nil, own), "token-invalid"},
		"brings its own key":      {"Bearer " + j.forge(crm.Fields{"jwk": crm.Fields{"kty": "OKP"}, "kid": without{}}, nil, own), "token-invalid"},
		"names its own keys":      {"Bearer " + j.forge(crm.Fields{"jku": "http://127.0.0.1:1/", "kid": "theirs"}, nil, own), "token-invalid"},
		"of another key, expired": {"Bearer " + j.forge(nil, crm.Fields{"exp": past}, own), "token-invalid"},
		"alg none":                {"Bearer " + j.forge(crm.Fields{"alg": "none"}, nil, nothing), "token-invalid"},
		"alg NONE, signed":        {"Bearer " + j.forge(crm.Fields{"alg": "NONE"}, nil, own), "token-invalid"},
		"HS256 of the public key": {"Bearer " + j.forge(crm.Fields{"alg": "HS256"}, nil, publicKeyAsSecret(t)), "token-invalid"},
		"refresh JWT":             {"Bearer " + s.client.Tokens.RefreshJWT, "token-invalid"},
		"8 KB of garbage":         {"Bearer " + strings.Repeat("a", 8<<10), "token-invalid"},
		"logged out":              {"Bearer " + gone.Tokens.AccessJWT, "token-revoked"},
	}
}

func TestBadTokens(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	private := []struct {
		method, path string
		body         any
	}{
		{http.MethodGet, "/v1/user", nil},
		{http.MethodPatch, "/v1/user", crm.Fields{"name": "Changed"}},
		{http.MethodDelete, "/v1/user/logout", nil},
		{http.MethodPut, "/v1/user/password", crm.Fields{"password": crm.Password, "newPassword": newPassword}},
		{http.MethodPost, "/v1/user/delete-account", crm.Fields{"password": crm.Password}},
		{http.MethodGet, "/v1/ticket", nil},
		{http.MethodPost, "/v1/ticket", crm.Fields{"subject": "No", "message": "No."}},
		{http.MethodGet, "/v1/ticket/" + s.ticket.ID, nil},
		{http.MethodPut, "/v1/ticket/" + s.ticket.ID, crm.Fields{"message": "No."}},
		{http.MethodPatch, "/v1/ticket/close-ticket/" + s.ticket.ID, nil},
		{http.MethodPost, "/v1/ticket/" + s.ticket.ID + "/notes", crm.Fields{"message": "No."}},
		{http.MethodPut, "/v1/ticket/" + s.ticket.ID + "/rating", crm.Fields{"score": 1}},
		{http.MethodPatch, "/v1/ticket/" + s.ticket.ID + "/desk", crm.Fields{"addTags": []string{"no"}}},
		{http.MethodDelete, "/v1/ticket/" + s.ticket.ID, nil},
		{http.MethodGet, "/v1/user/agents", nil},
		{http.MethodGet, "/v1/user/clients/" + s.client.User.ID, nil},
		{http.MethodGet, "/v1/ticket/saved-replies", nil},
		{http.MethodPost, "/v1/ticket/saved-replies", crm.Fields{"name": "No", "message": "No."}},
		{http.MethodPut, "/v1/ticket/saved-replies/" + absent, crm.Fields{"name": "No", "message": "No."}},
		{http.MethodDelete, "/v1/ticket/saved-replies/" + absent, nil},
	}
	tokens := badTokens(t, s)
	var rows []bad
	for _, r := range private {
		row := bad{as: "stranger", method: r.method, path: r.path, body: r.body, status: http.StatusForbidden}
		where := r.method + " " + r.path[:min(len(r.path), 28)] + ": "
		row.name, row.code = where+"without", "token-missing"
		rows = append(rows, row)
		for name, token := range tokens {
			if name == "logged out" && r.path == "/v1/user/logout" {
				continue // which may be repeated
			}
			row.name, row.code, row.header = where+name, token[1], http.Header{"Authorization": {token[0]}}
			rows = append(rows, row)
		}
		row.name, row.code, row.header = where+"in a cookie", "token-missing", http.Header{"Cookie": {"accessJWT=" + s.client.Tokens.AccessJWT}}
		rows = append(rows, row)
		row.name, row.code, row.header = where+"in the URL", "token-missing", nil
		row.path += "?access_token=" + s.client.Tokens.AccessJWT
		rows = append(rows, row)
		row.name, row.path, row.status, row.code = where+"two headers", r.path, http.StatusBadRequest, "malformed-request"
		row.header = http.Header{"Authorization": {"Bearer " + s.client.Tokens.AccessJWT, "Bearer " + s.other.Tokens.AccessJWT}}
		rows = append(rows, row)
	}
	s.refuse(t, rows)
}

func TestBadRefreshJWTs(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	refresh := s.client.Tokens.RefreshJWT
	j := takeApart(t, refresh)
	var rows []bad
	for name, token := range map[string]string{
		"garbled":                "garbage",
		"access JWT":             s.client.Tokens.AccessJWT,
		"last character changed": otherEnding(refresh),
		"of another key":         j.forge(nil, nil, ownKey()),
		"alg none":               j.forge(crm.Fields{"alg": "none"}, nil, func(string) []byte { return nil }),
		"other session":          j.parts[0] + "." + segment(with(j.claims, crm.Fields{"sid": absent})) + "." + j.parts[2],
		"older generation":       j.parts[0] + "." + segment(with(j.claims, crm.Fields{"gen": -1})) + "." + j.parts[2],
	} {
		rows = append(rows, bad{name: name, as: "stranger", method: http.MethodPost, path: "/v1/user/refresh",
			body: crm.Fields{"refreshJWT": token}, status: http.StatusForbidden, code: "refresh-invalid"})
	}
	rows = append(rows, invalid("empty", http.MethodPost, "/v1/user/refresh", crm.Fields{"refreshJWT": ""}, "/refreshJWT required"))
	s.refuse(t, rows)
	s.client.Refresh(refresh).Want(http.StatusOK) // none of it ended the session
}
