package account

import (
	"context"
	"errors"

	"crm.example/pkg/problem"
)

// SignUp makes a client's account. All errors in email and password are in one problem
// `invalid-input`; an email in use is `email-taken`.
func (a *Accounts) SignUp(ctx context.Context, address string, in SignUp) (User, error) {
	if err := a.admit(ctx, "sign-up:"+address, a.Limits.SignUpPerAddress, a.Limits.AddressWindow); err != nil {
		return User{}, err
	}
	in, err := a.check(in)
	if err != nil {
		return User{}, err
	}
	hash, err := a.Hasher.Hash(ctx, address, in.Password)
	if err != nil {
		return User{}, err
	}
	u := newUser(a.NewID(), in, hash, a.now(), a.NewID())
	if err := a.Store.CreateUser(ctx, u); err != nil {
		return User{}, err
	}
	return u, nil
}

// check normalises email and password, and collects their errors.
func (a *Accounts) check(in SignUp) (SignUp, error) {
	email, err := NormalizeEmail(in.Email)
	wrong := append(fields(err), CheckPassword("/password", in.Password, email, a.Common)...)
	if len(wrong) > 0 {
		return in, problem.NewInvalid(wrong...)
	}
	in.Email, in.Password = email, normalPassword(in.Password)
	return in, nil
}

// fields are the field errors in err.
func fields(err error) []problem.Field {
	var p *problem.Error
	if errors.As(err, &p) {
		return p.Fields
	}
	return nil
}
