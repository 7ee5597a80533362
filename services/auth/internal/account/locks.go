package account

import "time"

// Lock is a limit that closes an account to everybody, its user among them, until it opens by itself.
type Lock string

// The locks of an account.
const (
	LoginLock Lock = "login" // too many wrong passwords
	PINLock   Lock = "reset" // too many wrong PINs
)

// locked reports that an account is locked from now on. Without a user there is nothing to report.
func (a *Accounts) locked(userID string, by Lock, lasts time.Duration) {
	if a.Locked != nil && userID != "" {
		a.Locked(userID, by, lasts)
	}
}
