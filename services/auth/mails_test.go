package auth_test

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"testing"

	"crm.example/services/auth"
	"crm.example/services/auth/internal/authtest"
	"crm.example/services/auth/internal/mail/mailtest"
)

func ask(s *authtest.Server) authtest.Response {
	return s.Do(http.MethodPost, "/v1/user/reset-password", map[string]string{"email": "client@example.com"})
}

func withSMTP(addr string) func(*auth.Config, *auth.Deps) {
	return func(cfg *auth.Config, _ *auth.Deps) { cfg.SMTPURL = "smtp://" + addr + "?tls=none" }
}

// A mail that failed is sent again, also by the next process.
func TestMailServerDownThenUp(t *testing.T) {
	t.Parallel()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := ln.Addr().String()
	refused := make(chan struct{}, 100)
	go func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			_, _ = io.WriteString(conn, "421 not today\r\n")
			_ = conn.Close()
			refused <- struct{}{}
		}
	}()
	s := authtest.Start(t, withSMTP(addr))
	s.SignUp(t, "client@example.com")
	ask(s).Want(t, http.StatusAccepted)
	<-refused
	if err := ln.Close(); err != nil {
		t.Fatal(err)
	}
	server := mailtest.Start(t, mailtest.Options{Addr: addr})
	authtest.Eventually(t, "the mail arrives", func() bool { return len(server.Mails()) == 1 })
	if mail := server.Mails()[0]; mail.To != "client@example.com" || !bytes.Contains(mail.Raw, []byte("PIN: ")) {
		t.Errorf("got %+v", mail)
	}
}

// While the worker hangs on a mail server that says nothing, requests are answered.
func TestRequestsDoNotWaitForMail(t *testing.T) {
	t.Parallel()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	s := authtest.Start(t, withSMTP(ln.Addr().String()))
	s.SignUp(t, "client@example.com")
	ask(s).Want(t, http.StatusAccepted)
	conn, err := ln.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	for range 3 {
		ask(s).Want(t, http.StatusAccepted)
	}
	s.Login(t, "client@example.com", authtest.Password)
}
