package mail

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	netmail "net/mail"
	"net/url"
	"strconv"
	"time"

	gomail "github.com/wneessen/go-mail"

	"crm.example/services/auth/internal/account"
)

// smtpTimeout bounds connecting, and again sending.
const smtpTimeout = 10 * time.Second

// SMTP sends each mail over a connection of its own, and looks after the files that mails became before there was a mail server.
type SMTP struct {
	files
	host    string
	from    *netmail.Address
	options []gomail.Option
}

// NewSMTP reads an address such as smtp://user:password@host:587 or smtps://user:password@host:465. smtps is TLS
// from the first byte. smtp starts TLS and sends nothing without it, unless ?tls=opportunistic or ?tls=none
// says otherwise, which credentials are not sent over. roots are the certificate authorities, nil for the system's.
// dir is the folder of the mails of the time before; it is not made.
func NewSMTP(address, dir string, from *netmail.Address, roots *x509.CertPool) (*SMTP, error) {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" {
		return nil, errors.New("must look like smtp://user:password@host:587") // the parser's text would show the password
	}
	options, err := security(u)
	if err != nil {
		return nil, err
	}
	options = append(options, gomail.WithTimeout(smtpTimeout),
		gomail.WithTLSConfig(&tls.Config{ServerName: u.Hostname(), RootCAs: roots, MinVersion: tls.VersionTLS12}))
	if u.Port() != "" {
		port, err := strconv.Atoi(u.Port())
		if err != nil {
			return nil, errors.New("has a port that is none")
		}
		options = append(options, gomail.WithPort(port))
	}
	s := &SMTP{files: files{dir}, host: u.Hostname(), from: from, options: options}
	_, err = gomail.NewClient(s.host, s.options...)
	return s, err
}

var policies = map[string]gomail.TLSPolicy{
	"": gomail.TLSMandatory, "mandatory": gomail.TLSMandatory,
	"opportunistic": gomail.TLSOpportunistic, "none": gomail.NoTLS,
}

// security is how the connection is protected, and who we are on it.
func security(u *url.URL) ([]gomail.Option, error) {
	var options []gomail.Option
	policy, known := policies[u.Query().Get("tls")]
	switch {
	case u.Scheme == "smtps":
		options = append(options, gomail.WithSSLPort(false))
	case u.Scheme != "smtp":
		return nil, fmt.Errorf("has the scheme %q: only smtp and smtps are known", u.Scheme)
	case !known:
		return nil, errors.New("has an unknown value of tls: mandatory, opportunistic and none are known")
	case policy != gomail.TLSMandatory && u.User != nil:
		return nil, errors.New("would send credentials without TLS")
	default:
		options = append(options, gomail.WithTLSPortPolicy(policy))
	}
	if u.User != nil {
		password, _ := u.User.Password()
		options = append(options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover),
			gomail.WithUsername(u.User.Username()), gomail.WithPassword(password))
	}
	return options, nil
}

// Send returns when the server has taken the mail, or when ctx ends. After an error it may have, or may not.
func (s *SMTP) Send(ctx context.Context, m account.Mail) error {
	sent := make(chan error, 1)
	go func() { sent <- s.send(ctx, m) }() // ends by itself: the library bounds the greeting by time only
	select {
	case err := <-sent:
		return err
	case <-ctx.Done():
		return fmt.Errorf("send mail: %w", ctx.Err())
	}
}

func (s *SMTP) send(ctx context.Context, m account.Mail) error {
	client, err := gomail.NewClient(s.host, s.options...)
	if err != nil {
		return fmt.Errorf("prepare SMTP: %w", err)
	}
	connection, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return fmt.Errorf("connect to SMTP server: %w", err)
	}
	defer func() { _ = client.CloseWithSMTPClient(connection) }() // a failed goodbye is no reason to send it twice
	defer context.AfterFunc(ctx, func() { _ = connection.Close() })()
	if err := client.SendWithSMTPClient(connection, compose(s.from, m)); err != nil {
		return fmt.Errorf("send mail: %w", err)
	}
	return nil
}
