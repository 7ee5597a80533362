package auth

import (
	"log/slog"
	"time"

	"crm.example/services/auth/internal/account"
)

// logLocks writes a line when a limit closes an account, and another when it opens again, if this process still runs. So support can
// find out by the user's id why somebody cannot log in.
func logLocks(log *slog.Logger) func(userID string, by account.Lock, lasts time.Duration) {
	return func(userID string, by account.Lock, lasts time.Duration) {
		log := log.With("user", userID, "for", string(by))
		log.Warn("account locked after too many failures", "opens", time.Now().Add(lasts).UTC().Format(time.RFC3339))
		time.AfterFunc(lasts, func() { log.Info("account open again") })
	}
}
