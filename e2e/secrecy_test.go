package e2e_test

import (
	"encoding/json"
	"net/http"
	"reflect"
	"testing"

	"crm.example/e2e/crm"
)

// No answer tells whether an email has an account: what is answered is the same, but for the ids of the
// request (OWASP ASVS 5, 6.3.8).
func TestKnownAndUnknownEmailsLookAlike(t *testing.T) {
	t.Parallel()
	known, unknown := stranger(t).SignUp("Client One", crm.Email("client")).Email, crm.Email("nobody")
	stranger(t).AskForPIN(known)
	for name, ask := range map[string]func(email string) crm.Answer{
		"login": func(email string) crm.Answer { return stranger(t).TryLogIn(email, "not the password") },
		"ask for PIN": func(email string) crm.Answer {
			return stranger(t).Post("/v1/user/reset-password", crm.Fields{"email": email})
		},
		"use PIN": func(email string) crm.Answer { return stranger(t).ResetPassword(email, "00000000", newPassword) },
	} {
		a, b := ask(known), ask(unknown)
		if a.Status != b.Status {
			t.Errorf("%s: status %d for a known email, %d for an unknown one", name, a.Status, b.Status)
		}
		wantAlike(t, name, a, b)
	}
	if mails, err := deployment.Mails.To(unknown); err != nil || len(mails) > 0 {
		t.Errorf("%d mails to somebody unknown, %v", len(mails), err)
	}
}

// wantAlike compares all that two answers have, but for what is different in any two requests.
func wantAlike(t *testing.T, name string, a, b crm.Answer) {
	t.Helper()
	if x, y := anonymous(t, a.Body), anonymous(t, b.Body); !reflect.DeepEqual(x, y) {
		t.Errorf("%s: %s\nand %s", name, a.Body, b.Body)
	}
	for _, header := range []http.Header{a.Header, b.Header} {
		header.Del("X-Request-Id")
		header.Del("Date")
		header.Del("Content-Length")
	}
	if !reflect.DeepEqual(a.Header, b.Header) {
		t.Errorf("%s: headers %v\nand %v", name, a.Header, b.Header)
	}
}

// anonymous takes out of a body what names the request.
func anonymous(t *testing.T, body []byte) map[string]any {
	t.Helper()
	var members map[string]any
	if err := json.Unmarshal(body, &members); err != nil {
		t.Fatalf("%v\n%s", err, body)
	}
	delete(members, "requestId")
	delete(members, "instance")
	return members
}
