package mail

import (
	"context"
	"crypto/x509"
	"errors"
	netmail "net/mail"

	"crm.example/pkg/smtp"
	"crm.example/services/auth/internal/account"
)

// SMTP sends mails, and removes mail files from the time before there was a mail server.
type SMTP struct {
	files
	server *smtp.Server
	from   *netmail.Address
}

// NewSMTP takes the arguments of smtp.New. dir is the folder of the earlier mail files; it is not made.
func NewSMTP(address, name, dir string, from *netmail.Address, roots *x509.CertPool) (*SMTP, error) {
	server, err := smtp.New(address, name, roots)
	return &SMTP{files: files{dir}, server: server, from: from}, err
}

// Send returns when the server has taken the mail, or when ctx ends. After an error the server may have taken it or not.
func (s *SMTP) Send(ctx context.Context, m account.Mail) error {
	err := s.server.Send(ctx, compose(s.from, m))
	if smtp.RefusedForGood(err) {
		return errors.Join(account.ErrRefused, err)
	}
	return err
}
