package account_test

import (
	"context"
	"fmt"
	"time"

	"crm.example/pkg/problem"
	"crm.example/services/auth/internal/account"
)

// beginAny begins one of the operations of the model.
func (w *world) beginAny() {
	p := w.users[w.rand.IntN(len(w.users))]
	c := w.clients[w.rand.IntN(len(w.clients))]
	[]func(){
		func() { w.ask(c) }, func() { w.use(c) }, func() { w.login(p) }, w.steal,
		func() { w.logout(c) }, func() { w.reset(p) }, func() { w.grant(p) }, w.sweep, w.elapse,
		func() { w.delete(p) }, w.forget, func() { w.change(p) },
	}[w.habits.choose(w.rand)]()
}

// arrive has a user log in while nothing else happens.
func (w *world) arrive(p *person) {
	got, err := w.undisturbed().Login(context.Background(), "address", p.email, "old")
	if err != nil {
		panic(err)
	}
	access, refresh := w.deliver(got)
	w.clients = append(w.clients, &client{person: p, session: access.SessionID, access: access, refresh: refresh})
}

func (w *world) login(p *person) {
	var got account.Tokens
	password := w.remember(p)
	ending, endings := p.ending > 0, p.endings
	w.begin("login of "+p.id, func(a *account.Accounts) (err error) {
		got, err = a.Login(context.Background(), "address", p.email, password)
		return err
	}, func(o *operation, delivered bool) {
		if o.err == nil && delivered {
			access, refresh := w.deliver(got)
			w.clients = append(w.clients, &client{
				person: p, session: access.SessionID, access: access, refresh: refresh, excused: ending || p.endings > endings,
			})
		}
	})
}

// remember is mostly the password that is right, as of now.
func (w *world) remember(p *person) string {
	if w.rand.IntN(4) == 0 {
		return p.passwords[w.rand.IntN(len(p.passwords))]
	}
	u, there := w.user(p)
	if !there {
		return p.passwords[0]
	}
	return hashed(u.PasswordHash)
}

// deliver notes that somebody holds the tokens.
func (w *world) deliver(got account.Tokens) (account.AccessToken, account.RefreshToken) {
	access, refresh := w.signer.access[got.AccessJWT], w.signer.refresh[got.RefreshJWT]
	w.access, w.refresh = append(w.access, access), append(w.refresh, refresh)
	return access, refresh
}

// ask has the rightful client refresh: with the token it has, again after no answer, and from two tabs at once.
func (w *world) ask(c *client) {
	if c.asking > 0 && c.asked != c.refresh.Generation {
		return // a tab is still on its way with an older one
	}
	c.asked = c.refresh.Generation
	if c.since.IsZero() {
		c.since = w.now
	}
	c.asking++
	since := c.since
	w.present("refresh by its client", c.refresh, func(o *operation, access *account.AccessToken, refresh account.RefreshToken) {
		c.asking--
		refused := problem.Is(o.err, problem.SessionEnded) || problem.Is(o.err, problem.RefreshInvalid)
		switch late := w.now.Sub(since) > account.AccessLifetime; {
		case !refused && !o.revoked || c.excused:
		case late:
			c.excused = true // it asked again, or from two tabs, for longer than anybody promised
		default:
			w.violated("%d: the rightful client of session %s was logged out: %v", o.number, c.session, o.err)
		}
		if access != nil && refresh.Generation > c.refresh.Generation {
			c.access, c.refresh, c.since = *access, refresh, time.Time{}
			if w.rand.IntN(2) == 0 {
				w.use(c)
			}
		}
	})
}

// steal has somebody else present any refresh token that was ever handed out.
func (w *world) steal() {
	token := w.refresh[w.rand.IntN(len(w.refresh))]
	for _, c := range w.clients {
		c.excused = c.excused || c.session == token.SessionID
	}
	w.present("refresh by a thief", token, func(*operation, *account.AccessToken, account.RefreshToken) {})
}

// present sends a refresh token and checks whether the answer may be what it is.
func (w *world) present(name string, t account.RefreshToken, then func(*operation, *account.AccessToken, account.RefreshToken)) {
	var got account.Tokens
	useful, forgot := w.usefulness(t), w.forgot
	w.begin(fmt.Sprintf("%s of %s with generation %d", name, t.SessionID, t.Generation), func(a *account.Accounts) (err error) {
		got, err = a.Refresh(context.Background(), t)
		return err
	}, func(o *operation, delivered bool) {
		if o.err == nil && (useful == never || useful == whileRemembered && w.forgot == forgot) {
			w.violated("%d: a refresh token of session %s, generation %d, that was of no use any more yielded tokens", o.number, t.SessionID, t.Generation)
		}
		if problem.Is(o.err, problem.SessionEnded) && o.revoked {
			w.dead[t.SessionID] = true
		}
		if o.err != nil || !delivered {
			then(o, nil, account.RefreshToken{})
			return
		}
		access, refresh := w.deliver(got)
		then(o, &access, refresh)
	})
}

func (w *world) use(c *client) {
	if c.asking > 0 {
		return
	}
	ok, err := w.mem.Accept(context.Background(), c.access.UserID, c.access.ID)
	w.note("client of %s uses its access JWT of generation %d: %t %v", c.session, c.access.Generation, ok, err)
}

func (w *world) logout(c *client) {
	c.excused = true
	w.begin("logout of "+c.session, func(a *account.Accounts) error {
		return a.Logout(context.Background(), c.id, c.session)
	}, func(o *operation, _ bool) {
		if o.err == nil {
			w.dead[c.session] = true
		}
	})
}

// reset uses the last PIN again or has a new one mailed. The mail itself is no step of the model.
func (w *world) reset(p *person) {
	if _, there := w.user(p); there && (p.pin == "" || w.rand.IntN(2) == 0) {
		w.mailPIN(p)
	}
	pin, password := p.pin, fmt.Sprintf("%s.password.%d", p.id, w.started)
	p.passwords = append(p.passwords, password)
	ended := w.endsAll(p)
	w.begin("reset of "+p.id, func(a *account.Accounts) error {
		return a.ResetPassword(context.Background(), "address", account.Reset{Email: p.email, PIN: pin, NewPassword: password})
	}, func(o *operation, _ bool) {
		p.ending--
		if o.err != nil {
			return
		}
		if p.used[pin] {
			w.violated("%d: the PIN was used twice", o.number)
		}
		p.used[pin] = true
		ended(o)
	})
}

// change has a user who knows the password, or one that was right before, set another.
func (w *world) change(p *person) {
	var got account.Tokens
	in := account.PasswordChange{Password: w.remember(p), NewPassword: fmt.Sprintf("%s.password.%d", p.id, w.started)}
	p.passwords = append(p.passwords, in.NewPassword)
	ended, endings := w.endsAll(p), p.endings
	w.begin("change of the password of "+p.id, func(a *account.Accounts) (err error) {
		got, err = a.ChangePassword(context.Background(), "address", p.id, in)
		return err
	}, func(o *operation, delivered bool) {
		p.ending--
		if o.err != nil {
			return
		}
		ended(o)
		if delivered {
			access, refresh := w.deliver(got)
			w.clients = append(w.clients, &client{
				person: p, session: access.SessionID, access: access, refresh: refresh, excused: p.ending > 0 || p.endings > endings,
			})
		}
	})
}

// mailPIN puts a PIN out as MailNextPIN does.
func (w *world) mailPIN(p *person) {
	p.pin = fmt.Sprintf("%08d", w.rand.IntN(1e8))
	pin := account.PIN{HMAC: pins{}.HMAC(p.id, p.pin), ExpiresAt: w.now.Add(account.PINLifetime)}
	if _, err := w.store.UpdateUser(context.Background(), p.id, func(u *account.User) error { u.PIN = pin; return nil }); err != nil {
		panic(err)
	}
}

func (w *world) grant(p *person) {
	role := []account.Role{account.RoleClient, account.RoleAgent}[w.rand.IntN(2)]
	u, _ := w.user(p)
	ended := w.endsAll(p)
	w.begin(fmt.Sprintf("grant %s to %s", role, p.id), func(a *account.Accounts) error {
		_, err := a.GrantRole(context.Background(), p.email, role)
		return err
	}, func(o *operation, _ bool) {
		p.ending--
		if o.err == nil && u.Role != role {
			ended(o)
		}
	})
}

// endsAll notes that every session of the user may end from now on. What it returns notes that this was
// acknowledged: for the sessions that somebody holds now, and for those of an epoch that the operation ended.
func (w *world) endsAll(p *person) func(*operation) {
	p.endings++
	p.ending++
	var now []string
	for _, c := range w.clients {
		if c.person == p {
			c.excused = true
			now = append(now, c.session)
		}
	}
	return func(o *operation) {
		p.dead = max(p.dead, o.epoch)
		for _, session := range now {
			w.dead[session] = true
		}
	}
}

// sweep is the service's own sweep, in the middle of all this.
func (w *world) sweep() {
	w.begin("sweep", func(a *account.Accounts) error {
		return a.SweepRevocations(context.Background())
	}, func(*operation, bool) {})
}
