package auth

import (
	"log/slog"
	"time"

	"crm.example/services/auth/internal/account"
)

// logLocks writes a line when a limit closes an account and another when it opens again, if this process is still there then:
// who asks for help because nothing lets them in is found by the user's id.
func logLocks(log *slog.Logger) func(userID string, by account.Lock, lasts time.Duration) {
	return func(userID string, by account.Lock, lasts time.Duration) {
		log := log.With("user", userID, "for", string(by))
		log.Warn("account locked after too many failures", "opens", time.Now().Add(lasts).UTC().Format(time.RFC3339))
		time.AfterFunc(lasts, func() { log.Info("account open again") })
	}
}
