package notifier

import (
	"context"
	"errors"
	netmail "net/mail"

	"crm.example/pkg/bus"
	"crm.example/pkg/smtp"
)

// served sends by SMTP, and removes mail files from the time before there was a mail server.
type served struct {
	*folder
	server *smtp.Server
	from   *netmail.Address
}

// send returns when the server has taken the mail. If the server cannot be reached, or has no time, the mail is not at
// fault: it is tried until the server takes it. If the server refuses the mail, it is tried as often as after other failures.
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
