package main_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var pinLine = regexp.MustCompile(`(?m)^PIN: (\d{8})`)

// mailedPIN waits for the one mail that there is.
func mailedPIN(t *testing.T, p *place) (pin string) {
	t.Helper()
	eventually(t, "the PIN is mailed", func() bool {
		mails, _ := filepath.Glob(filepath.Join(p.data, "mail", "*.eml"))
		for _, mail := range mails {
			text, _ := os.ReadFile(mail)
			if found := pinLine.FindSubmatch(text); found != nil {
				pin = string(found[1])
			}
		}
		return pin != ""
	})
	return pin
}

// What a user sends and gets, rightly or wrongly, is in no line of the log (OWASP ASVS 5, 16.2.5).
func TestLogHoldsNoSecrets(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	c, running := newClient(p), p.start()
	const wrong, next = "a wrong phrase of the test", "the next phrase of the test"
	c.signUp(t)
	secrets := []string{password, wrong, next, "eyJ", "$2a$"} // "eyJ" begins every JWT, "$2a$" every hash
	for _, step := range []struct {
		method, path string
		body         map[string]string
		want         int
	}{
		{"GET", "/v1/user?access_token=" + c.access, nil, 400},
		{"GET", "/v1/ticket?access_token=" + c.access, nil, 400},
		{"POST", "/v1/user/login", map[string]string{"email": email, "password": wrong}, 401},
		{"POST", "/v1/user/login", map[string]string{"email": email, "pass": wrong}, 422},
		{"POST", "/v1/user/refresh", map[string]string{"refreshJWT": c.refresh + "x"}, 403},
		{"POST", "/v1/user/refresh", map[string]string{"refreshJWT": c.refresh}, 200},
		{"POST", "/v1/user/reset-password", map[string]string{"email": email}, 202},
	} {
		if err := c.call(step.method, step.path, step.body, nil, step.want); err != nil {
			t.Error(err)
		}
	}
	pin := mailedPIN(t, p)
	reset := map[string]string{"email": email, "pin": pin, "newPassword": next}
	if err := c.call("PATCH", "/v1/user/reset-password", reset, nil, 204); err != nil {
		t.Error(err)
	}
	running.stop()
	_, log, _ := strings.Cut(running.out.String(), "Ctrl-C stops it.") // above that is the banner, whose example has this test's password
	if !strings.Contains(log, "/v1/user/reset-password") {
		t.Fatalf("the log has no requests:\n%s", log)
	}
	for _, secret := range append(secrets, pin) {
		if strings.Contains(log, secret) {
			t.Errorf("%q is in the log:\n%s", secret, log)
		}
	}
}
