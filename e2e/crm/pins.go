package crm

import (
	"net/http"
	"regexp"
	"time"
)

var eightDigits = regexp.MustCompile(`\b\d{8}\b`)

// MailWithin is how long a mail may take. A request never waits for its mail.
const MailWithin = 15 * time.Second

// AskForPIN asks for a PIN and reads it from the mail.
func (c *Client) AskForPIN(email string) (pin string) {
	c.t.Helper()
	had := len(c.mails(email))
	c.With("").Post("/v1/user/reset-password", Fields{"email": email}).Want(http.StatusAccepted)
	body := c.WaitForMail(email, had+1)
	if pin = eightDigits.FindString(body); pin == "" {
		c.t.Fatalf("no PIN of 8 digits in the mail:\n%s", body)
	}
	return pin
}

// ResetPassword uses a PIN, with any outcome.
func (c *Client) ResetPassword(email, pin, newPassword string) Answer {
	c.t.Helper()
	body := Fields{"email": email, "pin": pin, "newPassword": newPassword}
	return c.With("").Patiently(Request{Method: http.MethodPatch, Path: "/v1/user/reset-password", Body: body})
}

// WaitForMail waits until the address has had n mails and returns the newest.
func (c *Client) WaitForMail(email string, n int) string {
	c.t.Helper()
	for end := time.Now().Add(MailWithin); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if mails := c.mails(email); len(mails) >= n {
			return mails[len(mails)-1]
		}
	}
	c.t.Fatalf("mail %d to %s did not arrive within %s", n, email, MailWithin)
	return ""
}

func (c *Client) mails(email string) []string {
	c.t.Helper()
	mails, err := c.target.Mails.To(email)
	if err != nil {
		c.t.Fatal(err)
	}
	return mails
}
