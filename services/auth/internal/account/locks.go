package account

import "time"

// Lock is a limit that closes an account to everybody, its user among them, until it opens by itself.
type Lock string

// The locks of an account.
const (
	LoginLock Lock = "login" // too many wrong passwords
	PINLock   Lock = "reset" // too many wrong PINs
)

// locked tells who watches of an account that is locked from now on. Nobody's is none.
func (a *Accounts) locked(userID string, by Lock, lasts time.Duration) {
	if a.Locked != nil && userID != "" {
		a.Locked(userID, by, lasts)
	}
}
