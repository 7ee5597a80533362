package account

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"crm.example/pkg/problem"
)

// Login begins a session. Every error in email or password is the same `wrong-credentials`, takes
// the same work and counts as a failure of that account and address. Too many failures are `rate-limited`.
func (a *Accounts) Login(ctx context.Context, address, email, password string) (Tokens, error) {
	email, err := NormalizeEmail(email)
	if err != nil {
		return Tokens{}, err
	}
	if err := checkAttempt(password); err != nil {
		return Tokens{}, err
	}
	for {
		tokens, err := a.login(ctx, address, email, password)
		if !problem.Is(err, problem.SessionEnded) { // a new password or role meanwhile: check the password again
			return tokens, err
		}
	}
}

func (a *Accounts) login(ctx context.Context, address, email, password string) (Tokens, error) {
	u, err := a.authenticate(ctx, address, email, password)
	if err != nil {
		return Tokens{}, err
	}
	s := newSession(a.NewID(), u, a.now())
	return a.issue(ctx, u, s, func() error { return a.Store.CreateSession(ctx, s) })
}

// authenticate finds the user whose password it is. An attempt is taken before comparing, so that parallel
// guesses cannot exceed the limit, and given back unless the credentials were wrong.
func (a *Accounts) authenticate(ctx context.Context, address, email, password string) (User, error) {
	attempt, err := a.takeLogin(ctx, address, email)
	if err != nil {
		return User{}, err
	}
	u, stale, err := a.compare(ctx, address, email, password)
	switch {
	case !problem.Is(err, problem.WrongCredentials):
		attempt.back()
	case attempt.left == 0:
		a.locked(u.ID, LoginLock, attempt.ends)
	}
	if err != nil {
		return User{}, err
	}
	if stale {
		a.rehash(ctx, address, u, password)
	}
	return u, nil
}

// attempt is a login that was counted. left is how many more failures the account allows until the window ends.
type attempt struct {
	left int
	ends time.Duration
	back func() // takes the count back
}

// takeLogin counts an attempt of the address and of the email, also for an email without an account, so that
// answers are the same.
func (a *Accounts) takeLogin(ctx context.Context, address, email string) (attempt, error) {
	byAddress, byAccount := "login:address:"+address, "login:account:"+digest(email)
	if err := a.admit(ctx, byAddress, a.Limits.LoginPerAddress, a.Limits.LoginWindow); err != nil {
		return attempt{}, err
	}
	left, ends, err := a.take(ctx, byAccount, a.Limits.LoginPerAccount, a.Limits.LoginWindow)
	if err != nil {
		a.giveBack(ctx, byAddress)
		return attempt{}, err
	}
	return attempt{left, ends, func() { a.giveBack(ctx, byAddress, byAccount) }}, nil
}

// giveBack may fail: the attempt is then counted until its window ends.
func (a *Accounts) giveBack(ctx context.Context, keys ...string) {
	ctx = context.WithoutCancel(ctx)
	for _, key := range keys {
		_ = a.Throttle.Return(ctx, key)
	}
}

// digest keeps emails out of the registry.
func digest(email string) string {
	sum := sha256.Sum256([]byte(email))
	return hex.EncodeToString(sum[:16])
}

// compare costs one comparison for each spelling of the password, whether or not the email has an account. With
// `wrong-credentials` it returns the user of the email, if there is one.
func (a *Accounts) compare(ctx context.Context, address, email, password string) (u User, stale bool, err error) {
	u, err = a.Store.UserByEmail(ctx, email)
	if err != nil && !problem.Is(err, problem.NotFound) {
		return User{}, false, err
	}
	for i, spelling := range spellings(password) {
		ok, stale, err := a.Hasher.Compare(ctx, address, u.PasswordHash, spelling)
		if err != nil {
			return User{}, false, err
		}
		if ok {
			return u, stale || i > 0, nil
		}
	}
	return u, false, problem.New(problem.WrongCredentials, "Wrong email or password")
}

// rehash makes a hash with the present cost and normal form, unless the password was changed meanwhile. It may
// fail: the next login tries again.
func (a *Accounts) rehash(ctx context.Context, address string, old User, password string) {
	hash, err := a.Hasher.Hash(ctx, address, spellings(password)[0])
	if err != nil {
		return
	}
	_, _ = a.Store.UpdateUser(ctx, old.ID, func(u *User) error {
		if u.PasswordHash == old.PasswordHash {
			u.PasswordHash = hash
		}
		return nil
	})
}
