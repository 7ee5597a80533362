// Package mail sends PINs to their users: by SMTP, or as files without a mail server. It does not decide
// whether there is something to send, or when to try again.
package mail

import (
	"fmt"
	netmail "net/mail"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"crm.example/services/auth/internal/account"
)

// compose writes the mail. It has no text that somebody could choose, not even the name of the account: otherwise
// anybody could sign another person up and send them a text of their own in our name. It never has a link.
func compose(from *netmail.Address, m account.Mail) *gomail.Msg {
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	msg.FromMailAddress(from)
	msg.ToMailAddress(&netmail.Address{Address: m.To})
	msg.Subject("Your PIN for a new password")
	msg.SetMessageIDWithValue(m.ID + from.Address[strings.LastIndexByte(from.Address, '@'):])
	msg.SetDate()
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: no out-of-office replies
	msg.SetBodyString(gomail.TypeTextPlain, text(m))
	return msg
}

func text(m account.Mail) string {
	minutes := max(1, int(time.Until(m.ExpiresAt).Round(time.Minute)/time.Minute))
	return fmt.Sprintf(`Somebody, probably you, wants to set a new password.

PIN: %s

You can use it once, for %d minutes (until %s UTC).

If it was not you, do nothing: your password stays as it is.
We never ask you for this PIN.
`, m.PIN, minutes, m.ExpiresAt.UTC().Format("15:04"))
}
