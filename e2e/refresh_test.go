package e2e_test

import (
	"net/http"
	"testing"

	"crm.example/e2e/crm"
)

func refresh(c *crm.Client, refreshJWT string) crm.Tokens {
	return crm.Read[crm.Tokens](c.Refresh(refreshJWT).Want(http.StatusOK))
}

// Two tabs share a refresh JWT and use it at nearly the same time: both go on.
func TestTwoTabsRefreshAtOnce(t *testing.T) {
	t.Parallel()
	client := stranger(t).SignUpClient("Client One")
	var all []crm.Tokens
	for _, answer := range atOnce(8, func(int) crm.Answer { return client.Refresh(client.Tokens.RefreshJWT) }) {
		all = append(all, crm.Read[crm.Tokens](answer.Want(http.StatusOK)))
	}
	for _, tokens := range all {
		client.With(tokens.AccessJWT).Get("/v1/user").Want(http.StatusOK)
	}
	next := refresh(client.Client, all[0].RefreshJWT)
	again := refresh(client.Client, all[1].RefreshJWT)
	client.With(next.AccessJWT).Get("/v1/user").Want(http.StatusOK)
	client.With(again.AccessJWT).Get("/v1/user").Want(http.StatusOK)
}

// An old access JWT lives on after a refresh: requests under way don't fail.
func TestRefreshKeepsTheOldAccessJWT(t *testing.T) {
	t.Parallel()
	client := stranger(t).SignUpClient("Client One")
	refresh(client.Client, client.Tokens.RefreshJWT)
	client.Get("/v1/user").Want(http.StatusOK)
}

// A refresh JWT that comes up again after its successor was used is stolen: the session ends for both
// holders, the newest tokens included (RFC 9700, section 4.14.2).
func TestReuseOfARefreshJWTEndsTheSession(t *testing.T) {
	t.Parallel()
	client := stranger(t).SignUpClient("Client One")
	elsewhere := stranger(t).LogIn(client.User.Email, crm.Password)
	first := refresh(client.Client, client.Tokens.RefreshJWT)
	second := refresh(client.Client, first.RefreshJWT)
	client.With(second.AccessJWT).Get("/v1/user").Want(http.StatusOK)

	client.Refresh(client.Tokens.RefreshJWT).WantProblem(http.StatusForbidden, "session-ended")
	client.Refresh(second.RefreshJWT).WantProblem(http.StatusForbidden, "session-ended")
	client.Refresh(first.RefreshJWT).WantProblem(http.StatusForbidden, "session-ended")
	for _, dead := range []string{client.Tokens.AccessJWT, first.AccessJWT, second.AccessJWT} {
		client.With(dead).Get("/v1/user").WantProblem(http.StatusForbidden, "token-revoked")
		client.With(dead).Get("/v1/ticket").WantProblem(http.StatusForbidden, "token-revoked")
	}
	elsewhere.Get("/v1/user").Want(http.StatusOK) // another session of the same user
}

// Logout ends one session with all its tokens, also when it is asked for with an older access JWT.
func TestLogoutEndsTheWholeSession(t *testing.T) {
	t.Parallel()
	client := stranger(t).SignUpClient("Client One")
	tokens := refresh(client.Client, client.Tokens.RefreshJWT)
	client.Delete("/v1/user/logout").Want(http.StatusNoContent)
	client.With(tokens.AccessJWT).Get("/v1/user").WantProblem(http.StatusForbidden, "token-revoked")
	client.With(tokens.AccessJWT).Get("/v1/ticket").WantProblem(http.StatusForbidden, "token-revoked")
	client.Refresh(tokens.RefreshJWT).WantProblem(http.StatusForbidden, "session-ended")
}

// A refresh that is under way while its session ends brings no token back to life.
func TestRefreshAgainstLogout(t *testing.T) {
	t.Parallel()
	client := stranger(t).SignUpClient("Client One")
	answers := atOnce(8, func(i int) crm.Answer {
		if i == 4 {
			return client.Delete("/v1/user/logout")
		}
		return client.Refresh(client.Tokens.RefreshJWT)
	})
	for _, answer := range answers {
		if answer.Status == http.StatusOK {
			tokens := crm.Read[crm.Tokens](answer)
			client.With(tokens.AccessJWT).Get("/v1/user").WantProblem(http.StatusForbidden, "token-revoked")
			client.Refresh(tokens.RefreshJWT).WantProblem(http.StatusForbidden, "session-ended")
		}
	}
}

// Another role ends the sessions, since the role stands in the tokens.
func TestRoleChangeEndsSessions(t *testing.T) {
	t.Parallel()
	client := stranger(t).SignUpClient("Client One")
	client.Get("/v1/user").Want(http.StatusOK)
	client.Grant(client.User.Email, "agent")
	client.Refresh(client.Tokens.RefreshJWT).WantProblem(http.StatusForbidden, "session-ended")
	eventually(t, "the old access JWT no longer counts", func() bool {
		return client.Get("/v1/user").Status == http.StatusForbidden
	})
	client.Get("/v1/ticket").WantProblem(http.StatusForbidden, "token-revoked")
	agent := client.LogIn(client.User.Email, crm.Password)
	if agent.User.Role != "agent" {
		t.Errorf("role %q after the grant", agent.User.Role)
	}
}
