package notifier

import (
	"fmt"
	netmail "net/mail"
	"strings"

	gomail "github.com/wneessen/go-mail"

	"crm.example/pkg/smtp"
)

// mail says that there is a reply, without its text: other people may read mails too.
type mail struct {
	id       string // of the event
	clientID string
	name, to string
	subject  string // of the ticket
	link     string // may be empty
}

func (m mail) compose(from *netmail.Address) *gomail.Msg {
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	msg.FromMailAddress(from)
	msg.ToMailAddress(&netmail.Address{Name: plainName(m.name), Address: m.to})
	msg.SetGenHeader("Subject", smtp.Verbatim("New reply: "+m.subject))
	msg.SetMessageIDWithValue(m.id + from.Address[strings.LastIndexByte(from.Address, '@'):])
	msg.SetDate()
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: no out-of-office replies
	msg.SetBodyString(gomail.TypeTextPlain, m.text())
	return msg
}

// plainName leaves out a name that mail programs would decode to another text.
func plainName(name string) string {
	if strings.Contains(name, "=?") {
		return ""
	}
	return name
}

func (m mail) text() string {
	where := ""
	if m.link != "" {
		where = "\nRead it and answer here: " + m.link + "\n"
	}
	return fmt.Sprintf("Hello %s,\n\nthere is a new reply to your ticket \"%s\".\n%s", m.name, m.subject, where)
}
