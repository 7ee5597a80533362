// Package smtp sends mails to a mail server (RFC 5321), each over a connection of its own. It does not know the texts of mails, or
// when to try again. Its errors never name a recipient, since they are logged.
package smtp

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strconv"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// timeout is the limit for connecting, and again for sending.
const timeout = 10 * time.Second

// Server is a mail server that takes mails from us.
type Server struct {
	host, port string
	name       string // our name in EHLO; "" for the machine's
	machine    func() (string, error)
	options    []gomail.Option
}

// New reads an address such as smtp://user:password@host:587 or smtps://user:password@host:465. smtps is TLS
// from the first byte. smtp starts TLS and sends nothing without it, unless ?tls=opportunistic or ?tls=none
// allows that; credentials are then not sent. name is our name there (see CheckName); "" is the
// machine's name if that is fully qualified, else its address. roots are the certificate authorities, nil for the system's.
func New(address, name string, roots *x509.CertPool) (*Server, error) {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" {
		return nil, errors.New("must look like smtp://user:password@host:587") // the parser's text would show the password
	}
	options, err := security(u)
	if err != nil {
		return nil, err
	}
	options = append(options, gomail.WithTimeout(timeout),
		gomail.WithTLSConfig(&tls.Config{ServerName: u.Hostname(), RootCAs: roots, MinVersion: tls.VersionTLS12}))
	if u.Port() != "" {
		port, err := strconv.Atoi(u.Port())
		if err != nil {
			return nil, errors.New("has a port that is none")
		}
		options = append(options, gomail.WithPort(port))
	}
	s := &Server{host: u.Hostname(), port: u.Port(), name: name, machine: os.Hostname, options: options}
	_, err = gomail.NewClient(s.host, s.options...)
	return s, err
}

var policies = map[string]gomail.TLSPolicy{
	"": gomail.TLSMandatory, "mandatory": gomail.TLSMandatory,
	"opportunistic": gomail.TLSOpportunistic, "none": gomail.NoTLS,
}

// security has the options for TLS and the credentials.
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

// Send returns when the server has taken the mail, or when ctx ends. After an error the server may have taken it or not. If the
// server itself refused the mail, the error is a *Refusal.
func (s *Server) Send(ctx context.Context, m *gomail.Msg) error {
	sent := make(chan error, 1)
	go func() { sent <- s.send(ctx, m) }() // ends by itself: for the greeting the library has a time limit but no context
	select {
	case err := <-sent:
		return err
	case <-ctx.Done():
		return fmt.Errorf("send mail: %w", ctx.Err())
	}
}

func (s *Server) send(ctx context.Context, m *gomail.Msg) error {
	client, err := gomail.NewClient(s.host, append([]gomail.Option{gomail.WithHELO(s.ourName())}, s.options...)...)
	if err != nil {
		return fmt.Errorf("prepare SMTP: %w", err)
	}
	connection, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return fmt.Errorf("connect to SMTP server: %w", err)
	}
	defer func() { _ = client.CloseWithSMTPClient(connection) }() // a failed goodbye is no reason to send it twice
	defer context.AfterFunc(ctx, func() { _ = connection.Close() })()
	return judged(client.SendWithSMTPClient(connection, m))
}
