package notifier

import (
	"context"
	"errors"
	netmail "net/mail"

	"crm.example/pkg/bus"
	"crm.example/pkg/smtp"
)

// served sends by SMTP, and looks after the files that mails became before there was a mail server.
type served struct {
	*folder
	server *smtp.Server
	from   *netmail.Address
}

// send returns when the server has taken the mail. A server that cannot be reached, or has no time for anybody,
// says nothing about the mail, so it is tried until it is there; one that refuses the mail is tried as often as other failures.
func (s served) send(ctx context.Context, m mail) error {
	err := s.server.Send(ctx, m.compose(s.from))
	var refusal *smtp.Refusal
	switch {
	case err == nil:
		return nil
	case errors.As(err, &refusal) && refusal.OfMail():
		return err
	}
	return bus.Later(err)
}
