// Package mail brings PINs to their users: by SMTP, or as files where there is no mail server. It decides
// nothing: whether there is something to send, and when to try again, is said elsewhere.
package mail

import (
	"fmt"
	netmail "net/mail"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"crm.example/services/auth/internal/account"
)

// compose writes the mail. Nothing in it was chosen by who asked for it, not even the name on the account: a
// stranger could sign somebody up and send them words of his own in our name. There is never a link in it.
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
