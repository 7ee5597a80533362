package account

import (
	"strings"
	"unicode"

	"crm.example/pkg/problem"
)

const (
	maxEmail  = 254 // RFC 5321, as erratum 1690 of RFC 3696 counts it
	maxLocal  = 64
	maxLabel  = 63 // RFC 1035
	localRest = "!#$%&'*+-/=?^_`{|}~."
)

// NormalizeEmail returns the form in which an email is stored, looked up and mailed: trimmed and in
// lower case. It accepts the dot-atom form of RFC 5321 with a fully qualified ASCII domain. It refuses display
// names, comments, quoted local parts, address literals and control characters, since they can mislead a mail
// program. An internationalised domain must have its A-label form (xn--…). It is idempotent.
// A refusal is a problem `invalid-input` at /email.
func NormalizeEmail(raw string) (string, error) {
	if strings.ContainsFunc(raw, unicode.IsControl) {
		return "", invalidEmail()
	}
	email := strings.TrimSpace(raw)
	if strings.ContainsFunc(email, func(r rune) bool { return r > unicode.MaxASCII }) {
		return "", invalidEmail() // before it becomes lower case, which turns the Kelvin sign into a k
	}
	email = strings.ToLower(email)
	local, domain, found := strings.Cut(email, "@")
	if !found || len(email) > maxEmail || !validLocal(local) || !validDomain(domain) {
		return "", invalidEmail()
	}
	return email, nil
}

func invalidEmail() error {
	return problem.NewInvalid(problem.Field{
		Pointer: "/email", Code: problem.Invalid, Message: "An email address such as client@example.com",
	})
}

func validLocal(local string) bool {
	if local == "" || len(local) > maxLocal || strings.HasPrefix(local, ".") || strings.HasSuffix(local, ".") {
		return false
	}
	return !strings.Contains(local, "..") && all(local, func(c byte) bool {
		return alphanumeric(c) || strings.IndexByte(localRest, c) >= 0
	})
}

// validDomain requires at least two labels, the last one not a number, so that no IP address passes.
func validDomain(domain string) bool {
	labels := strings.Split(domain, ".")
	for _, label := range labels {
		if !validLabel(label) {
			return false
		}
	}
	return len(labels) > 1 && !all(labels[len(labels)-1], digit)
}

func validLabel(label string) bool {
	if label == "" || len(label) > maxLabel || label[0] == '-' || label[len(label)-1] == '-' {
		return false
	}
	return all(label, func(c byte) bool { return alphanumeric(c) || c == '-' })
}

func alphanumeric(c byte) bool { return 'a' <= c && c <= 'z' || digit(c) }

func digit(c byte) bool { return '0' <= c && c <= '9' }

func all(s string, good func(byte) bool) bool {
	for i := range len(s) {
		if !good(s[i]) {
			return false
		}
	}
	return true
}
