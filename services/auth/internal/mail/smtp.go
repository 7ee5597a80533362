package mail

import (
	"context"
	"crypto/x509"
	"errors"
	netmail "net/mail"

	"crm.example/pkg/smtp"
	"crm.example/services/auth/internal/account"
)

// SMTP sends mails, and looks after the files that mails became before there was a mail server.
type SMTP struct {
	files
	server *smtp.Server
	from   *netmail.Address
}

// NewSMTP takes what smtp.New takes. dir is the folder of the mails of the time before; it is not made.
func NewSMTP(address, name, dir string, from *netmail.Address, roots *x509.CertPool) (*SMTP, error) {
	server, err := smtp.New(address, name, roots)
	return &SMTP{files: files{dir}, server: server, from: from}, err
}

// Send returns when the server has taken the mail, or when ctx ends. After an error it may have, or may not.
func (s *SMTP) Send(ctx context.Context, m account.Mail) error {
	err := s.server.Send(ctx, compose(s.from, m))
	if smtp.RefusedForGood(err) {
		return errors.Join(account.ErrRefused, err)
	}
	return err
}
