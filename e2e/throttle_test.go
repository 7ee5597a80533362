package e2e_test

import (
	"net/http"
	"strconv"
	"testing"

	"crm.example/e2e/crm"
	"crm.example/e2e/target"
)

// limited is a deployment of the test's own, of the kind that the suite runs against, with the limits that it has by default.
// Beside a given one there is none: its limits were raised for the suite.
func limited(t *testing.T) *target.Target {
	t.Helper()
	var own *target.Target
	var stop func() error
	var err error
	switch {
	case binary != "":
		own, stop, err = target.Start(binary, t.TempDir(), "AUTH_BCRYPT_COST=10")
	case distributed:
		own, stop, err = deploy(t.TempDir(), append(patience, "AUTH_BCRYPT_COST=10"))
	default:
		t.Skip("throttles are not checked on a deployment that others made: its limits have to be raised for the suite")
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
	return own
}

func wantLimited(t *testing.T, answer crm.Answer, withinSeconds int) {
	t.Helper()
	answer.WantProblem(http.StatusTooManyRequests, "rate-limited")
	if wait, err := strconv.Atoi(answer.Header.Get("Retry-After")); err != nil || wait < 1 || wait > withinSeconds {
		t.Errorf("Retry-After is %q", answer.Header.Get("Retry-After"))
	}
}

const (
	quarter = 15 * 60 // seconds
	hour    = 60 * 60
)

func TestThrottles(t *testing.T) {
	t.Parallel()
	own := limited(t)
	t.Run("login per account", func(t *testing.T) { tenFailures(t, crm.New(t, own)) })
	t.Run("reset per address", func(t *testing.T) { sixtyResets(t, crm.New(t, own)) })
	t.Run("sign-up per address", func(t *testing.T) { threeHundredSignUps(t, crm.New(t, own)) })
	t.Run("login per address", func(t *testing.T) { aHundredFailures(t, crm.New(t, own)) })
}

// tenFailures are allowed per account; right logins don't count, and others' accounts are not touched.
func tenFailures(t *testing.T, c *crm.Client) {
	user, other := c.SignUp("Client One", crm.Email("client")), c.SignUp("Client Two", crm.Email("client"))
	for range 12 {
		c.LogIn(user.Email, crm.Password)
	}
	for range 10 {
		c.TryLogIn(user.Email, "not the password").WantProblem(http.StatusUnauthorized, "wrong-credentials")
	}
	wantLimited(t, c.TryLogIn(user.Email, "not the password"), quarter)
	wantLimited(t, c.TryLogIn(user.Email, crm.Password), quarter)
	c.LogIn(other.Email, crm.Password)

	unknown := crm.Email("nobody") // is no different
	for range 10 {
		c.TryLogIn(unknown, "not the password").WantProblem(http.StatusUnauthorized, "wrong-credentials")
	}
	wantLimited(t, c.TryLogIn(unknown, "not the password"), quarter)
}

// sixtyResets an hour are taken from one address, and five of them mailed to one account: nobody can tell.
func sixtyResets(t *testing.T, c *crm.Client) {
	user, other := c.SignUp("Client One", crm.Email("client")), c.SignUp("Client Two", crm.Email("client"))
	ask := func() crm.Answer { return c.Post("/v1/user/reset-password", crm.Fields{"email": user.Email}) }
	first := ask().Want(http.StatusAccepted)
	for range 58 {
		if again := ask().Want(http.StatusAccepted); string(again.Body) != string(first.Body) {
			t.Errorf("answered %s after %s", again.Body, first.Body)
		}
	}
	c.AskForPIN(other.Email) // the sixtieth; mails are sent in the order in which they were asked for
	wantLimited(t, ask(), hour)
	if mails, err := c.Target().Mails.To(user.Email); err != nil || len(mails) != 5 {
		t.Errorf("%d mails, %v", len(mails), err)
	}
}

// threeHundredSignUps an hour are taken from one address. Refused ones count, or the limit would not bound
// what a stranger can try.
func threeHundredSignUps(t *testing.T, c *crm.Client) {
	bad := crm.Request{Method: http.MethodPost, Path: "/v1/user", Wrong: true,
		Body: crm.Fields{"name": "Client One", "email": crm.Email("client"), "password": "password123"}}
	for range 300 {
		answer := c.Send(bad)
		if answer.Status == http.StatusTooManyRequests {
			wantLimited(t, answer, hour)
			return
		}
		answer.WantProblem(http.StatusUnprocessableEntity, "invalid-input")
	}
	t.Error("300 sign-ups and more were taken from one address within an hour")
}

// aHundredFailures are allowed per address, whatever the accounts.
func aHundredFailures(t *testing.T, c *crm.Client) {
	for range 100 {
		answer := c.TryLogIn(crm.Email("nobody"), "not the password")
		if answer.Status == http.StatusTooManyRequests {
			wantLimited(t, answer, quarter)
			return
		}
		answer.WantProblem(http.StatusUnauthorized, "wrong-credentials")
	}
	t.Error("more than 100 failures were taken from one address")
}
