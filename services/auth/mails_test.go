package auth_test

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/uuid"

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
	refused := make(chan error, 1)
	go func() {
		conn, err := ln.Accept()
		if err == nil {
			_, err = io.WriteString(conn, "421 not today\r\n")
			_ = conn.Close()
		}
		refused <- err
	}()
	s := authtest.Start(t, withSMTP(ln.Addr().String()))
	s.SignUp(t, "client@example.com")
	ask(s).Want(t, http.StatusAccepted)
	if err := <-refused; err != nil {
		t.Fatal(err)
	}
	server := mailtest.Start(t, mailtest.Options{Listener: ln})
	authtest.Eventually(t, "the mail arrives", func() bool { return len(server.Mails()) == 1 })
	if mail := server.Mails()[0]; mail.To != "client@example.com" || !bytes.Contains(mail.Raw, []byte("PIN: ")) {
		t.Errorf("got %+v", mail)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// A mail server that is set later leaves the mails of the time before, addresses and PINs in them.
func TestMailsThatWereFilesBeforeTheMailServer(t *testing.T) {
	t.Parallel()
	var old string
	plant := func(s auth.Config, userID string, age time.Duration) (path string) {
		path = filepath.Join(s.MailDir, uuid.NewString()+"_"+userID+".eml")
		must(t, os.WriteFile(path, []byte("PIN: 01234567"), 0o600))
		must(t, os.Chtimes(path, time.Time{}, time.Now().Add(-age)))
		return path
	}
	s := authtest.Start(t, withSMTP("127.0.0.1:1"), func(cfg *auth.Config, _ *auth.Deps) {
		must(t, os.Mkdir(cfg.MailDir, 0o700))
		old = plant(*cfg, "somebody", 25*time.Hour)
	})
	gone := func(path string) bool { _, err := os.Stat(path); return os.IsNotExist(err) }
	authtest.Eventually(t, "the old mail is gone", func() bool { return gone(old) })
	user, tokens := s.SignUp(t, "client@example.com"), s.Login(t, "client@example.com", authtest.Password)
	mine, others := plant(s.Config, user.ID, 0), plant(s.Config, "somebody", 0)
	s.Do(http.MethodPost, "/v1/user/delete-account", map[string]string{"password": authtest.Password}, authtest.Bearer(tokens.AccessJWT)...).Want(t, http.StatusNoContent)
	if !gone(mine) || gone(others) {
		t.Error("the deleted user's mail stays, or another one's went too")
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
