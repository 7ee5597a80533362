//go:build chaos

package outage_test

import (
	"net/http"
	"strings"

	"crm.example/e2e/chaos/outage"
	"crm.example/e2e/crm"
)

func key(mark string) string { return strings.NewReplacer(" ", "-", ".", "-").Replace(mark) }

// signUp signs somebody else up each time: one whose answer was lost may have the email.
func (c *cast) signUp(p *probe) {
	var now *change
	p.next = func() *request {
		now = c.s.ledger.ask("user.registered", crm.Email("new"))
		return &request{method: http.MethodPost, path: "/v1/user", body: crm.Fields{"name": "Client New", "email": now.mark, "password": crm.Password}}
	}
	p.learn = func(a answer) bool {
		if a.status != p.route.Success {
			return false
		}
		c.s.ledger.acknowledge(now)
		c.signed = append(c.signed, now.mark)
		return true
	}
}

func (c *cast) logIn(p *probe) {
	p.next = always(request{method: http.MethodPost, path: "/v1/user/login", body: crm.Fields{"email": c.client.User.Email, "password": crm.Password}})
	p.learn = func(a answer) bool {
		if a.status != p.route.Success {
			return false
		}
		c.loggedIn = append(c.loggedIn, read[crm.Tokens](a).AccessJWT)
		return true
	}
}

// refresh goes on with whatever tokens it got last. A lost answer must not end the session.
func (c *cast) refresh(p *probe) {
	p.next = func() *request {
		return &request{method: http.MethodPost, path: "/v1/user/refresh", body: crm.Fields{"refreshJWT": c.fresh.RefreshJWT}}
	}
	p.learn = func(a answer) bool {
		if a.status != p.route.Success {
			return false
		}
		c.fresh = read[crm.Tokens](a)
		return true
	}
}

func (c *cast) logOut(p *probe) {
	p.next = always(request{method: http.MethodDelete, path: "/v1/user/logout", token: bearer(c.leaving.Tokens.AccessJWT)})
	p.learn = func(a answer) bool {
		c.left = c.left || a.status == p.route.Success
		return a.status == p.route.Success
	}
}

func (c *cast) askForPIN(p *probe) {
	p.next = always(request{method: http.MethodPost, path: "/v1/user/reset-password", body: crm.Fields{"email": c.forgot.Email}})
	p.learn = func(a answer) bool {
		c.asked = c.asked || a.status == p.route.Success
		return a.status == p.route.Success
	}
}

// reset uses the PIN until it has worked. If it is used up, a request whose answer was lost has done it, and the
// new password tells.
func (c *cast) reset(p *probe) {
	done := c.s.ledger.ask("user.password-reset", c.pinned.ID)
	p.next = func() *request {
		if c.resets {
			return nil
		}
		return &request{method: http.MethodPatch, path: "/v1/user/reset-password", body: crm.Fields{"email": c.pinned.Email, "pin": c.pin, "newPassword": newPassword}}
	}
	asked := 0
	p.learn = func(a answer) bool {
		asked++
		if a.status == p.route.Success || a.code == "pin-invalid" && asked > 1 {
			c.s.ledger.acknowledge(done)
			c.resets = true
		}
		return c.resets
	}
}

// change sets another password until that is done. A try that failed may have revoked the token before, as in erase; there is
// no other one for the refresh JWT once the password is set.
func (c *cast) change(p *probe) {
	done := c.s.ledger.ask("user.password-changed", c.changing.User.ID)
	tried := false
	p.next = func() *request {
		if c.changed {
			return nil
		}
		return &request{method: http.MethodPut, path: "/v1/user/password", token: bearer(c.changing.Tokens.AccessJWT), body: crm.Fields{"password": crm.Password, "newPassword": newPassword}}
	}
	p.excuse = func(a answer) bool { return tried && a.code == "token-revoked" }
	p.learn = func(a answer) bool {
		if c.changed = a.status == p.route.Success || p.excuse(a) && c.renew(c.changing) == http.StatusForbidden; c.changed {
			c.s.ledger.acknowledge(done)
		}
		tried = true
		return c.changed
	}
}

// erase deletes an account until it is gone. A try that failed may have revoked the token before it did; then there is
// another one for the refresh JWT, unless the account is gone: so a request whose answer was lost is known.
func (c *cast) erase(p *probe) {
	done := c.s.ledger.ask("user.deleted", c.going.User.ID)
	tried := false
	p.next = func() *request {
		if c.gone {
			return nil
		}
		return &request{method: http.MethodPost, path: "/v1/user/delete-account", token: bearer(c.going.Tokens.AccessJWT), body: crm.Fields{"password": crm.Password}}
	}
	p.excuse = func(a answer) bool { return tried && a.code == "token-revoked" }
	p.learn = func(a answer) bool {
		if c.gone = a.status == p.route.Success || p.excuse(a) && c.renew(c.going) == http.StatusForbidden; c.gone {
			c.s.ledger.acknowledge(done)
		}
		tried = true
		return c.gone
	}
}

// renew gets a person new tokens, if the session lives.
func (c *cast) renew(person *crm.Person) (status int) {
	a, _ := c.s.ask(c.t, outage.Route{}, request{method: http.MethodPost, path: "/v1/user/refresh", body: crm.Fields{"refreshJWT": person.Tokens.RefreshJWT}})
	if a.status == http.StatusOK {
		person.Tokens = read[crm.Tokens](a)
	}
	return a.status
}
