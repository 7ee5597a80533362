// Package mailtest is a real SMTP server for tests, which keeps what it is sent.
package mailtest

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"slices"
	"sync"
	"testing"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// The credentials that the server knows.
const (
	User     = "crm"
	Password = "p@ss/word"
)

// Options of a server. The zero value is a free port of the loopback interface, without TLS.
type Options struct {
	Listener net.Listener
	TLS      *tls.Config
	Implicit bool // TLS from the first byte instead of STARTTLS
	Refuse   int  // code with which every recipient is refused; 0 takes them
}

// Mail is one that was taken. User is who was logged in, TLS whether the connection was encrypted.
type Mail struct {
	From, To, User string
	TLS            bool
	Raw            []byte
}

// Server takes every mail.
type Server struct {
	Addr   string
	refuse int
	mu     sync.Mutex
	mails  []Mail
}

// Start runs a server until the test ends.
func Start(t testing.TB, o Options) *Server {
	t.Helper()
	ln := o.Listener
	if ln == nil {
		var err error
		if ln, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
			t.Fatal(err)
		}
	}
	s := &Server{Addr: ln.Addr().String(), refuse: o.Refuse}
	srv := smtp.NewServer(s)
	srv.Domain, srv.TLSConfig = "mx.example.com", o.TLS
	if o.Implicit {
		ln = tls.NewListener(ln, o.TLS)
	}
	go func() { _ = srv.Serve(ln) }()
	t.Cleanup(func() { _ = srv.Close() })
	return s
}

// Mails are those taken so far.
func (s *Server) Mails() []Mail {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.mails)
}

// NewSession implements smtp.Backend.
func (s *Server) NewSession(c *smtp.Conn) (smtp.Session, error) {
	return &session{server: s, conn: c}, nil
}

type session struct {
	server *Server
	conn   *smtp.Conn
	mail   Mail
}

func (s *session) Reset()                                      {}
func (s *session) Logout() error                               { return nil }
func (s *session) AuthMechanisms() []string                    { return []string{sasl.Plain} }
func (s *session) Mail(from string, _ *smtp.MailOptions) error { s.mail.From = from; return nil }

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	if s.server.refuse > 0 {
		return &smtp.SMTPError{Code: s.server.refuse, Message: "<" + to + ">: rejected"}
	}
	s.mail.To = to
	return nil
}

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != User || password != Password {
			return errors.New("wrong credentials")
		}
		s.mail.User = user
		return nil
	}), nil
}

func (s *session) Data(r io.Reader) (err error) {
	_, s.mail.TLS = s.conn.TLSConnectionState()
	s.mail.Raw, err = io.ReadAll(r)
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	s.server.mails = append(s.server.mails, s.mail)
	return err
}
