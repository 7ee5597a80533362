package account

import (
	"context"
	"errors"
	"fmt"
	"time"

	"crm.example/pkg/problem"
)

// A request belongs to one worker for resetLease. It is tried again after resetRetry, then after twice that,
// and so on.
const (
	resetLease    = time.Minute
	resetRetry    = 2 * time.Second
	resetRetryMax = 2 * time.Minute
)

// RequestReset stores a request for a PIN by mail. The work and the answer are the same with and without an account:
// MailNextPIN sends the mail.
func (a *Accounts) RequestReset(ctx context.Context, address, email string) error {
	email, err := NormalizeEmail(email)
	if err != nil {
		return err
	}
	if err := a.admit(ctx, "reset-request:"+address, a.Limits.ResetPerAddress, a.Limits.AddressWindow); err != nil {
		return err
	}
	now := a.now()
	r := ResetRequest{ID: a.NewID(), Email: email, RequestedAt: now, ExpiresAt: now.Add(PINLifetime), DueAt: now}
	if err := a.Store.AddResetRequest(ctx, r); err != nil {
		return err
	}
	if a.Wake != nil {
		a.Wake()
	}
	return nil
}

// MailNextPIN does one reset request: it makes a PIN and mails it, if the email has an account that has
// not had its mails of this hour yet. It returns false if no request is due. A mail that failed is due again
// later, with a new PIN, unless it was refused for good. The error is returned for the log.
func (a *Accounts) MailNextPIN(ctx context.Context) (worked bool, err error) {
	now := a.now()
	r, err := a.Store.ClaimResetRequest(ctx, now, now.Add(resetLease))
	if problem.Is(err, problem.NotFound) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("claim reset request: %w", err)
	}
	err = a.mailPIN(ctx, r)
	if errors.Is(err, ErrRefused) {
		return true, errors.Join(fmt.Errorf("mail PIN: %w", err), a.Store.FinishResetRequest(ctx, r.ID))
	}
	if err != nil {
		at := a.now().Add(resetBackOff(r.Attempts))
		return true, errors.Join(fmt.Errorf("mail PIN: %w", err), a.Store.RetryResetRequest(ctx, r, at))
	}
	return true, a.Store.FinishResetRequest(ctx, r.ID)
}

func resetBackOff(attempts int) time.Duration {
	wait := resetRetry
	for range attempts - 1 {
		wait = min(2*wait, resetRetryMax)
	}
	return wait
}

// mailPIN stores the PIN before it is sent, so that a PIN that arrives is valid. It ends before the lease does.
func (a *Accounts) mailPIN(ctx context.Context, r ResetRequest) error {
	ctx, cancel := context.WithTimeout(ctx, resetLease)
	defer cancel()
	u, err := a.Store.UserByEmail(ctx, r.Email)
	if problem.Is(err, problem.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	pin := a.NewPIN()
	u, err = a.Store.UpdateUser(ctx, u.ID, a.issuePIN(a.PINs.HMAC(u.ID, pin), r.ID))
	if errors.Is(err, errEnoughMails) || problem.Is(err, problem.NotFound) { // deleted since
		return nil
	}
	if err != nil {
		return err
	}
	err = a.Mailer.Send(ctx, Mail{ID: a.NewID(), UserID: u.ID, To: u.Email, Name: u.Name, PIN: pin, ExpiresAt: u.PIN.ExpiresAt})
	return errors.Join(err, a.forgetIfErased(ctx, u.ID))
}

// forgetIfErased removes a mail that was sent while the account was being deleted: the deletion also removes mails, but
// perhaps did so too early.
func (a *Accounts) forgetIfErased(ctx context.Context, userID string) error {
	_, err := a.Store.UserByID(ctx, userID)
	if problem.Is(err, problem.NotFound) {
		return a.Mailer.Forget(ctx, userID)
	}
	return err
}

var errEnoughMails = errors.New("the account had its reset mails of this hour")

func (a *Accounts) issuePIN(mac []byte, requestID string) func(*User) error {
	now := a.now()
	return func(u *User) error {
		if !u.issuePIN(mac, requestID, now, a.Limits.MailsPerHour) {
			return errEnoughMails
		}
		return nil
	}
}
