package e2e_test

import (
	"net/http"
	"strings"
	"testing"

	"crm.example/e2e/crm"
)

// browser holds the cookies of a page of the gateway's own origin.
type browser struct {
	*crm.Client
	jar map[string]string
}

type session struct {
	ExpiresIn int
	User      crm.User
}

// ask sends a request as a page does, and keeps what it is told to keep.
func (b *browser) ask(method, path string, body any, headers ...string) crm.Answer {
	h := http.Header{"Sec-Fetch-Site": {"same-origin"}}
	for i := 0; i < len(headers); i += 2 {
		h.Set(headers[i], headers[i+1])
	}
	var pairs []string
	for name, value := range b.jar {
		pairs = append(pairs, name+"="+value)
	}
	if len(pairs) > 0 {
		h.Set("Cookie", strings.Join(pairs, "; ")+"; other=1")
	}
	answer := b.Send(crm.Request{Method: method, Path: path, Body: body, Header: h, Wrong: true}) // the contract's cookie has the name for https
	for _, c := range (&http.Response{Header: answer.Header}).Cookies() {
		b.jar[c.Name] = c.Value
		if c.MaxAge < 0 {
			delete(b.jar, c.Name)
		}
	}
	return answer
}

func cookieLogin(t *testing.T) (*browser, session) {
	t.Helper()
	b := &browser{Client: stranger(t), jar: map[string]string{}}
	user := b.SignUp("Client One", crm.Email("client"))
	answer := b.ask(http.MethodPost, "/v1/user/login", crm.Fields{"email": user.Email, "password": crm.Password}, "X-Session", "cookie")
	return b, crm.Read[session](answer.Want(http.StatusOK))
}

// A page gets a session that it cannot read: no token in the body, cookies that no script and no other site gets.
func TestSessionInCookies(t *testing.T) {
	t.Parallel()
	b := &browser{Client: stranger(t), jar: map[string]string{}}
	user := b.SignUp("Client One", crm.Email("client"))
	answer := b.ask(http.MethodPost, "/v1/user/login", crm.Fields{"email": user.Email, "password": crm.Password}, "X-Session", "cookie").Want(http.StatusOK)
	if strings.Contains(string(answer.Body), "JWT") || crm.Read[session](answer).User.ID != user.ID {
		t.Errorf("the body is %s", answer.Body)
	}
	set := answer.Header.Values("Set-Cookie")
	if len(set) != 2 {
		t.Fatalf("cookies: %q", set)
	}
	for _, line := range set {
		for _, part := range []string{"Path=/", "HttpOnly", "SameSite=Strict"} {
			if !strings.Contains(line, part) {
				t.Errorf("%s is not %s", line, part)
			}
		}
		if strings.Contains(line, "Domain") || strings.Contains(line, "Secure") { // plain http on this machine
			t.Errorf("%s", line)
		}
	}
	b.ask(http.MethodGet, "/v1/user", nil).Want(http.StatusOK)
	b.ask(http.MethodGet, "/v1/ticket", nil).Want(http.StatusOK)
	b.ask(http.MethodPost, "/v1/ticket", crm.Fields{"subject": "The door is stuck", "message": "It opens no more than a hand."}).Want(http.StatusCreated)

	before := b.jar["crm-access"]
	b.ask(http.MethodPost, "/v1/user/refresh", nil, "X-Session", "cookie").Want(http.StatusOK)
	if b.jar["crm-access"] == before {
		t.Error("a refresh left the access JWT as it was")
	}
	b.ask(http.MethodGet, "/v1/user", nil).Want(http.StatusOK)

	old := b.jar["crm-access"]
	b.ask(http.MethodDelete, "/v1/user/logout", nil).Want(http.StatusNoContent)
	if len(b.jar) != 0 {
		t.Errorf("after the logout: %v", b.jar)
	}
	b.With(old).Get("/v1/user").WantProblem(http.StatusForbidden, "token-revoked")
}

// Who changes the password in a browser goes on with a session that is new, and has no other.
func TestNewPasswordInCookies(t *testing.T) {
	t.Parallel()
	b, mine := cookieLogin(t)
	elsewhere, before := b.LogIn(mine.User.Email, crm.Password), b.jar["crm-access"]
	fields := crm.Fields{"password": crm.Password, "newPassword": newPassword}
	answer := b.ask(http.MethodPut, "/v1/user/password", fields, "X-Session", "cookie").Want(http.StatusOK)
	if strings.Contains(string(answer.Body), "JWT") || b.jar["crm-access"] == before {
		t.Errorf("the body is %s", answer.Body)
	}
	b.ask(http.MethodPost, "/v1/user/refresh", nil, "X-Session", "cookie").Want(http.StatusOK)
	elsewhere.Get("/v1/user").WantProblem(http.StatusForbidden, "token-revoked")
	b.ask(http.MethodPut, "/v1/user/password", fields, "X-Session", "cookie").WantProblem(http.StatusUnprocessableEntity, "invalid-input")
}

// What another site makes a browser send is refused, whatever it is; so is what has no cookie at all.
func TestOtherSitesMayNotUseTheSession(t *testing.T) {
	t.Parallel()
	b, _ := cookieLogin(t)
	ticket := crm.Fields{"subject": "The door is stuck", "message": "It opens no more than a hand."}
	for _, site := range []string{"cross-site", "same-site"} {
		b.ask(http.MethodPost, "/v1/ticket", ticket, "Sec-Fetch-Site", site).WantProblem(http.StatusForbidden, "cross-origin")
		b.ask(http.MethodDelete, "/v1/user/logout", nil, "Sec-Fetch-Site", site).WantProblem(http.StatusForbidden, "cross-origin")
		b.ask(http.MethodGet, "/v1/ticket", nil, "Sec-Fetch-Site", site).Want(http.StatusOK) // CORS keeps it from being read
	}
	b.ask(http.MethodPost, "/v1/ticket", ticket, "Sec-Fetch-Site", "", "Origin", "https://other.example").WantProblem(http.StatusForbidden, "cross-origin")
	b.ask(http.MethodPost, "/v1/ticket", ticket, "Sec-Fetch-Site", "", "Origin", b.Target().BaseURL).Want(http.StatusCreated)
	b.ask(http.MethodPost, "/v1/ticket", ticket, "Sec-Fetch-Site", "").Want(http.StatusCreated) // no browser of today
}

// A token in the Authorization header goes before the cookie, and one that is not ours is not made good by it.
func TestCookieAndBearerTogether(t *testing.T) {
	t.Parallel()
	b, mine := cookieLogin(t)
	other := stranger(t).SignUpClient("Client Two")
	answer := b.ask(http.MethodGet, "/v1/user", nil, "Authorization", "Bearer "+other.Tokens.AccessJWT).Want(http.StatusOK)
	if got := crm.Read[crm.User](answer); got.ID != other.User.ID || got.ID == mine.User.ID {
		t.Errorf("the profile is that of %s", got.Name)
	}
	b.ask(http.MethodGet, "/v1/user", nil, "Authorization", "Bearer x").WantProblem(http.StatusForbidden, "token-invalid")
}

// Whatever the cookies hold, a logout removes them; anything else refuses them like tokens.
func TestGarbageInCookies(t *testing.T) {
	t.Parallel()
	b := &browser{Client: stranger(t), jar: map[string]string{"crm-access": "a.b.c", "crm-refresh": "x"}}
	b.ask(http.MethodGet, "/v1/user", nil).WantProblem(http.StatusForbidden, "token-invalid")
	b.ask(http.MethodPost, "/v1/user/refresh", nil, "X-Session", "cookie").WantProblem(http.StatusForbidden, "refresh-invalid")
	b.ask(http.MethodDelete, "/v1/user/logout", nil).Want(http.StatusNoContent)
	if len(b.jar) != 0 {
		t.Errorf("after the logout: %v", b.jar)
	}
	b.ask(http.MethodGet, "/v1/user", nil).WantProblem(http.StatusForbidden, "token-missing")
	b.ask(http.MethodPost, "/v1/user/refresh", nil, "X-Session", "cookie").WantProblem(http.StatusForbidden, "token-missing")
	b.ask(http.MethodPost, "/v1/user/refresh", nil, "X-Session", "token").WantProblem(http.StatusBadRequest, "malformed-request")
}

// Six tabs refresh at once, an answer is lost, and an old refresh JWT comes back: as with tokens in bodies.
func TestRefreshesInCookies(t *testing.T) {
	t.Parallel()
	b, _ := cookieLogin(t)
	first := b.jar["crm-refresh"]
	for _, answer := range atOnce(6, func(int) crm.Answer {
		tab := &browser{Client: b.Client, jar: map[string]string{"crm-refresh": first}}
		return tab.ask(http.MethodPost, "/v1/user/refresh", nil, "X-Session", "cookie")
	}) {
		answer.Want(http.StatusOK)
	}
	b.ask(http.MethodPost, "/v1/user/refresh", nil, "X-Session", "cookie").Want(http.StatusOK) // the answer of the one before was lost
	b.ask(http.MethodGet, "/v1/user", nil).Want(http.StatusOK)                                 // and this one came
	b.ask(http.MethodPost, "/v1/user/refresh", nil, "X-Session", "cookie").Want(http.StatusOK)
	b.ask(http.MethodGet, "/v1/user", nil).Want(http.StatusOK)
	thief := &browser{Client: b.Client, jar: map[string]string{"crm-refresh": first}}
	thief.ask(http.MethodPost, "/v1/user/refresh", nil, "X-Session", "cookie").WantProblem(http.StatusForbidden, "session-ended")
	b.ask(http.MethodGet, "/v1/user", nil).WantProblem(http.StatusForbidden, "token-revoked")
}

// Cookies of other names go neither in nor out, and over plain http those for https are no session.
func TestCookiesOfTwoNamesOnly(t *testing.T) {
	t.Parallel()
	b, _ := cookieLogin(t)
	secure := &browser{Client: b.Client, jar: map[string]string{"__Host-Http-crm-access": b.jar["crm-access"]}}
	secure.ask(http.MethodGet, "/v1/user", nil).WantProblem(http.StatusForbidden, "token-missing")
}
