package notifier

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	netmail "net/mail"
	"net/url"
	"slices"
	"strconv"
	"time"

	gomail "github.com/wneessen/go-mail"

	"crm.example/pkg/bus"
)

// smtpTimeout bounds connecting, and again sending.
const smtpTimeout = 10 * time.Second

// served sends by SMTP, and looks after the files that mails became before there was a mail server.
type served struct {
	*folder
	smtp *smtp
}

func (s served) send(ctx context.Context, m mail) error { return s.smtp.send(ctx, m) }

// smtp sends each mail over a connection of its own.
type smtp struct {
	host    string
	from    *netmail.Address
	options []gomail.Option
}

// newSMTP reads an address. smtps is TLS from the first byte; smtp starts TLS and sends nothing without it, unless
// ?tls=none says otherwise, which credentials are not sent over.
func newSMTP(address string, from *netmail.Address) (*smtp, error) {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" {
		return nil, errors.New("must look like smtp://user:password@host:587") // the parser's text would show the password
	}
	options := []gomail.Option{gomail.WithTimeout(smtpTimeout), gomail.WithTLSConfig(&tls.Config{ServerName: u.Hostname(), MinVersion: tls.VersionTLS12})}
	switch plain := u.Query().Get("tls") == "none"; {
	case u.Scheme == "smtps":
		options = append(options, gomail.WithSSLPort(false))
	case u.Scheme != "smtp":
		return nil, fmt.Errorf("has the scheme %q: only smtp and smtps are known", u.Scheme)
	case plain && u.User != nil:
		return nil, errors.New("would send credentials without TLS")
	case plain:
		options = append(options, gomail.WithTLSPortPolicy(gomail.NoTLS))
	default:
		options = append(options, gomail.WithTLSPortPolicy(gomail.TLSMandatory))
	}
	if u.User != nil {
		password, _ := u.User.Password()
		options = append(options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(u.User.Username()), gomail.WithPassword(password))
	}
	if u.Port() != "" {
		port, err := strconv.Atoi(u.Port())
		if err != nil {
			return nil, errors.New("has a port that is none")
		}
		options = append(options, gomail.WithPort(port))
	}
	s := &smtp{host: u.Hostname(), from: from, options: options}
	_, err = gomail.NewClient(s.host, s.options...)
	return s, err
}

// send returns when the server has taken the mail. A server that cannot be reached, or has no time for anybody, says nothing
// about the mail, so it is tried until it is there; one that refuses the mail is tried as often as other failures.
func (s *smtp) send(ctx context.Context, m mail) error {
	client, err := gomail.NewClient(s.host, s.options...)
	if err != nil {
		return fmt.Errorf("prepare SMTP: %w", err)
	}
	connection, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return bus.Later(fmt.Errorf("connect to SMTP server: %w", err))
	}
	defer func() { _ = client.CloseWithSMTPClient(connection) }() // a failed goodbye is no reason to send it twice
	defer context.AfterFunc(ctx, func() { _ = connection.Close() })()
	return judged(client.SendWithSMTPClient(connection, m.compose(s.from)))
}

// judged tells what is about the mail from what is about the server: a connection that broke, or a temporary failure (RFC 5321,
// 4yz) of anything but the recipient.
func judged(err error) error {
	var failure *gomail.SendError
	switch {
	case err == nil:
		return nil
	case !errors.As(err, &failure):
		return bus.Later(fmt.Errorf("send mail: %w", err))
	case failure.Reason == gomail.ErrSMTPReset: // the mail was taken before
		return nil
	case failure.ErrorCode() >= 500, failure.ErrorCode() > 0 && failure.Reason == gomail.ErrSMTPRcptTo, slices.Contains(unfit, failure.Reason):
		return fmt.Errorf("send mail: %w", err)
	default:
		return bus.Later(fmt.Errorf("send mail: %w", err))
	}
}

// unfit are the reasons of mails that no server is asked to take.
var unfit = []gomail.SendErrReason{gomail.ErrGetSender, gomail.ErrGetRcpts, gomail.ErrNoUnencoded}
