package httpapi_test

import (
	"bytes"
	"fmt"
	"net/http"
	"regexp"
	"sync"
	"sync/atomic"
	"testing"

	"golang.org/x/crypto/bcrypt"

	"crm.example/pkg/problem"
	"crm.example/pkg/testenv"
	"crm.example/services/auth"
	"crm.example/services/auth/internal/authtest"
	"crm.example/services/auth/internal/password"
)

const newPassword = "ten lives of a grey cat"

func reset(s *authtest.Server, email, pin, plain string) authtest.Response {
	return s.Do(http.MethodPatch, "/v1/user/reset-password", map[string]string{"email": email, "pin": pin, "newPassword": plain})
}

func login(s *authtest.Server, email, plain string, headers ...string) authtest.Response {
	return s.Do(http.MethodPost, "/v1/user/login", map[string]string{"email": email, "password": plain}, headers...)
}

func TestResetPassword(t *testing.T) {
	t.Parallel()
	s := authtest.Start(t)
	s.SignUp(t, "client@example.com")
	before := s.Login(t, "client@example.com", authtest.Password)
	pin := s.ResetPIN(t, "Client@Example.com")
	if res := reset(s, "client@example.com", pin, newPassword); res.Status != http.StatusNoContent || len(res.Body) > 0 {
		t.Fatalf("got %d %s", res.Status, res.Body)
	}
	profile(s, before.AccessJWT).Refused(t, problem.TokenRevoked)
	s.Refresh(before.RefreshJWT).Refused(t, problem.SessionEnded)
	login(s, "client@example.com", authtest.Password).Refused(t, problem.WrongCredentials)
	s.Login(t, "client@example.com", newPassword)
	reset(s, "client@example.com", pin, newPassword).Refused(t, problem.PINInvalid)
}

func change(s *authtest.Server, access string, body any, headers ...string) authtest.Response {
	return s.Do(http.MethodPut, "/v1/user/password", body, append(authtest.Bearer(access), headers...)...)
}

// A change answers like a login, and every session from before has ended.
func TestChangePassword(t *testing.T) {
	t.Parallel()
	s := authtest.Start(t)
	user := s.SignUp(t, "client@example.com")
	before, elsewhere := s.Login(t, "client@example.com", authtest.Password), s.Login(t, "client@example.com", authtest.Password)
	body := map[string]string{"password": authtest.Password, "newPassword": newPassword}
	var after authtest.Tokens
	change(s, before.AccessJWT, body).Into(t, http.StatusOK, &after)
	if after.User != user || after.TokenType != "Bearer" || after.ExpiresIn != 900 {
		t.Errorf("got %+v", after)
	}
	profile(s, after.AccessJWT).Want(t, http.StatusOK)
	s.Refresh(after.RefreshJWT).Want(t, http.StatusOK)
	for _, old := range []authtest.Tokens{before, elsewhere} {
		profile(s, old.AccessJWT).Refused(t, problem.TokenRevoked)
		s.Refresh(old.RefreshJWT).Refused(t, problem.SessionEnded)
	}
	change(s, before.AccessJWT, body).Refused(t, problem.TokenRevoked)
	login(s, "client@example.com", authtest.Password).Refused(t, problem.WrongCredentials)
	s.Login(t, "client@example.com", newPassword)
}

// A page gets the new session in cookies, and no token.
func TestChangePasswordInCookies(t *testing.T) {
	t.Parallel()
	s := authtest.Start(t)
	s.SignUp(t, "client@example.com")
	first := login(s, "client@example.com", authtest.Password, "X-Session", "cookie")
	body := map[string]string{"password": authtest.Password, "newPassword": newPassword}
	res := s.Do(http.MethodPut, "/v1/user/password", body, "Cookie", cookiesOf(first), "X-Session", "cookie")
	res.Want(t, http.StatusOK)
	if bytes.Contains(res.Body, []byte("JWT")) {
		t.Errorf("the body is %s", res.Body)
	}
	s.Do(http.MethodGet, "/v1/user", nil, "Cookie", cookiesOf(res)).Want(t, http.StatusOK)
	s.Do(http.MethodGet, "/v1/user", nil, "Cookie", cookiesOf(first)).Refused(t, problem.TokenRevoked)
}

// Whatever is wrong with a field is said of that field, and nothing changes.
func TestChangesThatAreRefused(t *testing.T) {
	t.Parallel()
	s := authtest.Start(t)
	s.SignUp(t, "client@example.com")
	tokens := s.Login(t, "client@example.com", authtest.Password)
	const right, next = `"password":"` + authtest.Password + `"`, `"newPassword":"` + newPassword + `"`
	for name, row := range map[string]struct{ body, pointer string }{
		"wrong":        {`{"password":"another phrase",` + next + `}`, "/password"},
		"none":         {`{` + next + `}`, "/password"},
		"null":         {`{"password":null,` + next + `}`, "/password"},
		"number":       {`{"password":7,` + next + `}`, "/password"},
		"73 bytes":     {`{"password":"` + string(make73()) + `",` + next + `}`, "/password"},
		"no new":       {`{` + right + `}`, "/newPassword"},
		"short new":    {`{` + right + `,"newPassword":"short"}`, "/newPassword"},
		"common new":   {`{` + right + `,"newPassword":"password1"}`, "/newPassword"},
		"email as new": {`{` + right + `,"newPassword":"client@example.com"}`, "/newPassword"},
		"long new":     {`{` + right + `,"newPassword":"` + string(make73()) + `"}`, "/newPassword"},
		"more":         {`{` + right + `,` + next + `,"role":"agent"}`, "/role"},
	} {
		p := change(s, tokens.AccessJWT, row.body).Refused(t, problem.InvalidInput)
		if len(p.Errors) != 1 || p.Errors[0].Pointer != row.pointer {
			t.Errorf("%s: %+v", name, p.Errors)
		}
	}
	change(s, tokens.RefreshJWT, `{`+right+`,`+next+`}`).Refused(t, problem.TokenInvalid)
	for range 9 {
		change(s, tokens.AccessJWT, `{"password":"another phrase",`+next+`}`).Refused(t, problem.InvalidInput)
	}
	change(s, tokens.AccessJWT, `{`+right+`,`+next+`}`).Refused(t, problem.RateLimited)
	profile(s, tokens.AccessJWT).Want(t, http.StatusOK)
}

func TestPINsThatDoNotCount(t *testing.T) {
	t.Parallel()
	s := authtest.Start(t)
	s.SignUp(t, "client@example.com")
	s.SignUp(t, "other@example.com")
	first := s.ResetPIN(t, "client@example.com")
	second := s.ResetPIN(t, "client@example.com")
	others := s.ResetPIN(t, "other@example.com")
	for _, pin := range []string{first, others, second[:7], "abcdefgh"} {
		reset(s, "client@example.com", pin, newPassword).Refused(t, problem.PINInvalid)
		reset(s, "nobody@example.com", pin, newPassword).Refused(t, problem.PINInvalid)
	}
	reset(s, "client@example.com", second, newPassword).Want(t, http.StatusNoContent)
}

func TestPINIsUsedUpByFiveTries(t *testing.T) {
	t.Parallel()
	s := authtest.Start(t)
	s.SignUp(t, "client@example.com")
	pin := s.ResetPIN(t, "client@example.com")
	wrong := "00000000"
	if pin == wrong {
		wrong = "00000001"
	}
	for range 5 {
		reset(s, "client@example.com", wrong, newPassword).Refused(t, problem.PINInvalid)
	}
	reset(s, "client@example.com", pin, newPassword).Refused(t, problem.PINInvalid)
	s.Login(t, "client@example.com", authtest.Password)
}

// Fifty right answers at once set one of the fifty passwords.
func TestPINCountsOnce(t *testing.T) {
	t.Parallel()
	s := authtest.Start(t)
	s.SignUp(t, "client@example.com")
	pin := s.ResetPIN(t, "client@example.com")
	var done atomic.Int64
	var winner atomic.Value
	var wg sync.WaitGroup
	start := make(chan struct{})
	for i := range 50 {
		wg.Go(func() {
			<-start
			plain := fmt.Sprintf("%s, number %d", newPassword, i)
			switch res := reset(s, "client@example.com", pin, plain); res.Status {
			case http.StatusNoContent:
				done.Add(1)
				winner.Store(plain)
			case http.StatusUnprocessableEntity: // used up
			case http.StatusServiceUnavailable: // the queue of bcrypt was full
			default:
				t.Errorf("%d %s", res.Status, res.Body)
			}
		})
	}
	close(start)
	wg.Wait()
	if done.Load() != 1 {
		t.Fatalf("%d changed the password", done.Load())
	}
	s.Login(t, "client@example.com", winner.Load().(string))
}

// Nobody learns from an answer, or from the work behind it, who has an account.
func TestUnknownUsersLookLikeKnownOnes(t *testing.T) {
	t.Parallel()
	s := authtest.Start(t)
	s.SignUp(t, "client@example.com")
	s.ResetPIN(t, "client@example.com")
	for name, ask := range map[string]func(email string) authtest.Response{
		"login":        func(email string) authtest.Response { return login(s, email, "another password") },
		"reset by PIN": func(email string) authtest.Response { return reset(s, email, "12345678", newPassword) },
		"asking for a PIN": func(email string) authtest.Response {
			return s.Do(http.MethodPost, "/v1/user/reset-password", map[string]string{"email": email})
		},
	} {
		var known, unknown authtest.Response
		knownWork := s.Hasher.Since(func() { known = ask("client@example.com") })
		unknownWork := s.Hasher.Since(func() { unknown = ask("nobody@example.com") })
		if knownWork != unknownWork {
			t.Errorf("%s: work %+v for the known, %+v for the unknown", name, knownWork, unknownWork)
		}
		if known.Status != unknown.Status || !bytes.Equal(shared(known), shared(unknown)) {
			t.Errorf("%s: %d %s for the known, %d %s for the unknown", name, known.Status, known.Body, unknown.Status, unknown.Body)
		}
		if len(known.Header) != len(unknown.Header) {
			t.Errorf("%s: %v for the known, %v for the unknown", name, known.Header, unknown.Header)
		}
	}
}

var requestID = regexp.MustCompile(`"requestId":"[^"]*"`)

// shared is a body without what is another in each.
func shared(r authtest.Response) []byte { return requestID.ReplaceAll(r.Body, nil) }

func TestNobodyIsMailedWithoutAnAccount(t *testing.T) {
	t.Parallel()
	s := authtest.Start(t)
	s.SignUp(t, "client@example.com")
	s.Do(http.MethodPost, "/v1/user/reset-password", map[string]string{"email": "nobody@example.com"}).Want(t, http.StatusAccepted)
	s.ResetPIN(t, "client@example.com") // is worked off after the other
	if pins := s.PINs(t); len(pins) != 1 {
		t.Errorf("%d mails", len(pins))
	}
}

func TestFiveMailsAnHour(t *testing.T) {
	t.Parallel()
	s := authtest.Start(t)
	s.SignUp(t, "client@example.com")
	s.SignUp(t, "other@example.com")
	ask := func(email string) authtest.Response {
		return s.Do(http.MethodPost, "/v1/user/reset-password", map[string]string{"email": email})
	}
	first := ask("client@example.com")
	for range 6 {
		if res := ask("client@example.com"); res.Status != http.StatusAccepted || !bytes.Equal(res.Body, first.Body) {
			t.Errorf("got %d %s", res.Status, res.Body)
		}
	}
	ask("other@example.com").Want(t, http.StatusAccepted)
	authtest.Eventually(t, "the last is mailed", func() bool { return len(s.PINs(t)) == 6 })
}

func TestCommonPasswordsAreRefused(t *testing.T) {
	t.Parallel()
	s := authtest.Start(t)
	for _, plain := range []string{"password", "PASSWORD1", "iloveyou", "client@example.com", "CLIENT@EXAMPLE.COM"} {
		p := s.Do(http.MethodPost, "/v1/user", map[string]string{"name": "Client One", "email": "client@example.com", "password": plain}).Refused(t, problem.InvalidInput)
		if len(p.Errors) != 1 || p.Errors[0].Code != problem.CommonPassword || p.Errors[0].Pointer != "/password" {
			t.Errorf("%s: %+v", plain, p.Errors)
		}
		p = reset(s, "client@example.com", "01234567", plain).Refused(t, problem.InvalidInput)
		if len(p.Errors) != 1 || p.Errors[0].Code != problem.CommonPassword || p.Errors[0].Pointer != "/newPassword" {
			t.Errorf("%s: %+v", plain, p.Errors)
		}
	}
}

// After the cost was raised, the first login brings the hash to it.
func TestLoginHashesAnew(t *testing.T) {
	t.Parallel()
	uri := testenv.MongoDB(t) // which two may have open
	s := authtest.Start(t, func(cfg *auth.Config, _ *auth.Deps) { cfg.StoreURL = uri })
	s.SignUp(t, "client@example.com")
	dearer, err := password.New(bcrypt.MinCost + 1)
	if err != nil {
		t.Fatal(err)
	}
	hasher := authtest.Count(dearer)
	later := authtest.Start(t, func(cfg *auth.Config, deps *auth.Deps) {
		cfg.StoreURL, deps.Hasher = s.Config.StoreURL, hasher
	})
	for want := range []int{1, 0} {
		work := hasher.Since(func() { later.Login(t, "client@example.com", authtest.Password) })
		if work.Compares != 1 || work.Hashes != int64(1-want) {
			t.Errorf("login %d: %+v", want+1, work)
		}
	}
}
